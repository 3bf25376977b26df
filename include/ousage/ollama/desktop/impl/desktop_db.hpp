#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/desktop_db.hpp>

#if OUSAGE_WITH_SQLITE
#    include <ousage/ollama/desktop/detail/desktop_job.hpp>
#endif

#include <memory>
#include <stop_token>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

#if OUSAGE_WITH_SQLITE

OUSAGE_DECL Source<DesktopDb> desktop_db(std::filesystem::path path, Calendar calendar, Now now) {
    auto cache =
        std::make_shared<detail::SharedValue<std::shared_ptr<detail::DesktopCache const>>>();
    auto collect = [path = std::move(path), calendar = std::move(calendar), now = std::move(now),
                    cache = std::move(cache)](Outcome<DesktopDb>& into) {
        auto draft = std::make_shared<detail::SharedValue<Outcome<DesktopDb>>>();
        auto job = detail::DesktopJob{path, calendar, now(), cache, std::move(draft)};
        return detail::collect_desktop_db(
            std::make_shared<detail::DesktopJob const>(std::move(job)), into);
    };
    return Source<DesktopDb>(std::move(collect));
}

#else

namespace detail {

inline asio::awaitable<void> skip_desktop_db(Outcome<DesktopDb>& into) {
    into.skipped("this build has no SQLite (OUSAGE_WITH_SQLITE)");
    co_return;
}

} // namespace detail

OUSAGE_DECL Source<DesktopDb> desktop_db(std::filesystem::path, Calendar, Now) {
    return Source<DesktopDb>(&detail::skip_desktop_db);
}

#endif

} // namespace OUSAGE_NAMESPACE::ollama
