#pragma once

#include <ousage/core/offload.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/server_log_reader.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

namespace ousage::ollama {

namespace detail {

// A reader and its one user at a time: a poll that was abandoned may still be at work.
struct SharedLogReader {
    std::timed_mutex mutex;
    ServerLogReader reader;
};

struct LogPoll {
    std::shared_ptr<SharedLogReader> shared;
    std::chrono::sys_seconds now;

    Outcome<ServerLog> operator()(std::stop_token const& stop) const {
        auto lock = std::unique_lock(shared->mutex, std::defer_lock);
        while (!lock.try_lock_for(std::chrono::milliseconds(20))) {
            if (stop.stop_requested()) {
                return {};
            }
        }
        return shared->reader.poll(now, stop);
    }
};

inline asio::awaitable<void>
collect_server_log(std::shared_ptr<SharedLogReader> shared, Now now, Outcome<ServerLog>& into) {
    auto poll = LogPoll{std::move(shared), now()};
    into = co_await offload(std::move(poll));
}

} // namespace detail

/// The source `server_log`: every log of the folder, the oldest first, read on a thread of its own.
/// Collected again it reads only what is new, in rotated files too; its copies share their place.
/// `absent` where there is none. A file that cannot be read is named, the others stand. The
/// observer sees every entry.
inline Source<ServerLog> server_log(
    std::filesystem::path folder, LogZone zone, Now now, LogHistory history = {},
    LogObserver observer = {}) {
    auto shared = std::shared_ptr<detail::SharedLogReader>(new detail::SharedLogReader{
        {}, {std::move(folder), std::move(zone), history, std::move(observer)}});
    auto collect = [shared = std::move(shared), now = std::move(now)](Outcome<ServerLog>& into) {
        return detail::collect_server_log(shared, now, into);
    };
    return Source<ServerLog>("server_log", std::move(collect));
}

} // namespace ousage::ollama
