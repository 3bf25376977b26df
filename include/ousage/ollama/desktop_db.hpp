#pragma once

#include <ousage/core/offload.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/desktop_data.hpp>
#include <ousage/ollama/detail/desktop_job.hpp>

#include <exception>
#include <filesystem>
#include <memory>
#include <utility>

namespace ousage::ollama {

namespace detail {

inline asio::awaitable<void> collect_desktop_db(DesktopJob job, Outcome<DesktopDb>& into) {
    auto const draft = job.draft;
    std::exception_ptr thrown;
    try {
        into = co_await offload(std::move(job));
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) {
        // A deadline keeps what was read until then.
        into = draft->look();
        std::rethrow_exception(thrown);
    }
}

} // namespace detail

/// The source `desktop_db`: the desktop app's SQLite file, read beside its writer on a thread of
/// its own; neither the file nor anything beside it is changed. Local days are those of `calendar`,
/// the windows end at `now`. `absent` where there is no file. Parts that cannot be read are
/// failures by table and column; texts, titles and attachments never leave the thread. Polling the
/// same source again while the files stay as they are asks SQLite nothing.
inline Source<DesktopDb> desktop_db(std::filesystem::path path, Calendar calendar, Now now) {
    auto memory = std::make_shared<detail::Shelf<std::shared_ptr<detail::DesktopMemory const>>>();
    auto collect = [path = std::move(path), calendar = std::move(calendar), now = std::move(now),
                    memory = std::move(memory)](Outcome<DesktopDb>& into) {
        auto draft = std::make_shared<detail::Shelf<Outcome<DesktopDb>>>();
        return detail::collect_desktop_db(
            detail::DesktopJob{path, calendar, now(), memory, std::move(draft)}, into);
    };
    return Source<DesktopDb>("desktop_db", std::move(collect));
}

} // namespace ousage::ollama
