#pragma once

#include <ousage/core/attempt.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/desktop_data.hpp>
#include <ousage/ollama/detail/desktop_job.hpp>

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

namespace ousage::ollama {

namespace detail {

using SharedDesktopJob = std::shared_ptr<DesktopJob const>;

inline asio::awaitable<void> read_desktop_db(SharedDesktopJob job, Outcome<DesktopDb>& into) {
    auto read = [job = std::move(job)](std::stop_token const& stop) { return (*job)(stop); };
    into = co_await offload(std::move(read));
}

// Nothing but the failure of a reading that was cut off.
struct Cut {};

// A deadline keeps what was read until then.
inline asio::awaitable<void> collect_desktop_db(SharedDesktopJob job, Outcome<DesktopDb>& into) {
    auto thrown = Outcome<Cut>{};
    auto work = read_desktop_db(job, into);
    co_await attempt(std::string(), std::move(work), thrown);
    if (!thrown.failures.empty()) {
        into = job->draft->look();
        into.failures.push_back(std::move(thrown.failures.front()));
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
        auto job = detail::DesktopJob{path, calendar, now(), memory, std::move(draft)};
        return detail::collect_desktop_db(
            std::make_shared<detail::DesktopJob const>(std::move(job)), into);
    };
    return Source<DesktopDb>("desktop_db", std::move(collect));
}

} // namespace ousage::ollama
