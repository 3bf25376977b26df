#pragma once

#include <ousage/config.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/log/detail/interim_report.hpp>
#include <ousage/ollama/log/log_zone.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The newest outcome of a log reader. Thread-safe.
class LatestLog {
public:
    void put(Outcome<ServerLog> const& outcome) {
        auto const lock = std::lock_guard(mutex_);
        outcome_ = outcome;
    }

    std::optional<Outcome<ServerLog>> get() const {
        auto const lock = std::lock_guard(mutex_);
        return outcome_;
    }

private:
    mutable std::mutex mutex_;
    std::optional<Outcome<ServerLog>> outcome_;
};

// A log reader and the mutex that serializes its use: an abandoned poll may still be running.
template <class Reader>
struct SharedReader {
    explicit SharedReader(Reader from) : reader(std::move(from)) {}

    std::timed_mutex mutex;
    Reader reader;
    LatestLog latest;
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
        auto interim = InterimReport(
            [this](Outcome<ServerLog> const& outcome) { shared->latest.put(outcome); });
        auto outcome = shared->reader.poll(now, stop, std::move(interim));
        shared->latest.put(outcome);
        return outcome;
    }
};

// If a deadline abandons the poll, what was read until then is kept: the next poll continues there.
template <class Reader>
asio::awaitable<void>
collect_log(std::shared_ptr<SharedReader<Reader>> shared, Now now, Outcome<ServerLog>& into) {
    auto poll = ReaderPoll<Reader>{shared, now()};
    std::exception_ptr thrown;
    try {
        into = co_await offload(poll);
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) {
        if (auto latest = shared->latest.get(); latest && latest->has_value()) {
            into = std::move(*latest);
        }
        std::rethrow_exception(thrown);
    }
}

// Creates the source of a reader that keeps its position between polls. Copies of the source share
// the reader. A cancelled collection ends with what the reader had read until then.
template <class Reader>
Source<ServerLog> log_source(Reader reader, Now now) {
    auto shared = std::make_shared<SharedReader<Reader>>(std::move(reader));
    auto collect = [shared = std::move(shared), now = std::move(now)](Outcome<ServerLog>& into) {
        return collect_log(shared, now, into);
    };
    return Source<ServerLog>(std::move(collect));
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
