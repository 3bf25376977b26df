#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reports what a poll has read so far, for a deadline that abandons the poll. The reports cost at
// most a twentieth of the time, and a short poll makes none.
class InterimReport {
public:
    using Receiver = std::function<void(Outcome<ServerLog> const&)>;
    using Clock = std::chrono::steady_clock;

    static constexpr auto interval = std::chrono::milliseconds(20);

    // Reports nothing.
    InterimReport() = default;

    // Reports first after `wait` from now.
    explicit InterimReport(Receiver receiver, Clock::duration wait = std::chrono::milliseconds(10))
        : receiver_(std::move(receiver)), due_(Clock::now() + wait) {}

    // Calls `make()` for the outcome so far if a report is due.
    template <class Make>
    void offer(Make const& make) {
        if (!receiver_ || Clock::now() < due_) {
            return;
        }
        auto const begin = Clock::now();
        receiver_(make());
        auto const end = Clock::now();
        due_ = end + std::max<Clock::duration>(interval, 20 * (end - begin));
    }

private:
    Receiver receiver_;
    Clock::time_point due_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
