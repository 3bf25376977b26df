#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/route.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ousage::program {

/// One request of the live tail.
struct TailEntry {
    std::chrono::sys_seconds time; ///< when it ended
    std::chrono::seconds offset{}; ///< UTC offset of the server
    ollama::Route route = ollama::Route::other;
    int status = 0;
    std::int64_t latency_ns = 0;
    std::string path; ///< without a query, as the log quotes it
};

/// The last requests of a server's log. Filled by a log reader on its thread, read by the dashboard
/// on another one.
class RequestTail {
public:
    /// Requests that are kept.
    static constexpr std::size_t kept_entries = 200;

    /// Adds a request.
    void add(ollama::AccessEntry const& entry);

    /// Returns the last requests, the newest first.
    std::vector<TailEntry> entries() const;

    /// Returns the time of the last inference request; empty if there was none.
    std::optional<std::chrono::sys_seconds> last_inference() const;

    /// Returns an observer that adds requests to a tail.
    static ollama::LogObserver observer(std::shared_ptr<RequestTail> tail);

private:
    mutable std::mutex mutex_;
    std::deque<TailEntry> entries_; // oldest first
    std::optional<std::chrono::sys_seconds> last_inference_;
};

} // namespace ousage::program
