#pragma once

#include <ousage/config.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/log/log_zone.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A log reader and the mutex that serializes its use: an abandoned poll may still be running.
template <class Reader>
struct SharedReader {
    explicit SharedReader(Reader from) : reader(std::move(from)) {}

    std::timed_mutex mutex;
    Reader reader;
};

template <class Reader>
struct ReaderPoll {
    std::shared_ptr<SharedReader<Reader>> shared;
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

template <class Reader>
asio::awaitable<void>
collect_log(std::shared_ptr<SharedReader<Reader>> shared, Now now, Outcome<ServerLog>& into) {
    auto poll = ReaderPoll<Reader>{std::move(shared), now()};
    into = co_await offload(poll);
}

// Creates the source of a reader that keeps its position between polls. Copies of the source share
// the reader.
template <class Reader>
Source<ServerLog> log_source(Reader reader, Now now) {
    auto shared = std::make_shared<SharedReader<Reader>>(std::move(reader));
    auto collect = [shared = std::move(shared), now = std::move(now)](Outcome<ServerLog>& into) {
        return collect_log(shared, now, into);
    };
    return Source<ServerLog>(std::move(collect));
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
