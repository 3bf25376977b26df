#pragma once

#include <ousage/config.hpp>
#include <ousage/core/asio.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/http/resolve.hpp>

#include <asio/awaitable.hpp>
#include <asio/error.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io::detail {

// Time after which the next address is tried while earlier attempts continue (RFC 8305).
inline constexpr auto attempt_delay = std::chrono::milliseconds(250);

// Connection attempts to the addresses of one server, of which the first success wins.
class ConnectRace {
public:
    ConnectRace(asio::any_io_executor const& executor, Endpoints const& endpoints) {
        static constexpr std::size_t limit = 16;
        for (auto const& endpoint : endpoints) {
            if (lanes_.size() < limit) {
                lanes_.emplace_back(executor, endpoint);
            }
        }
    }

    // Runs all attempts. Returns the connected socket, or nothing if all failed or the caller was
    // cancelled; then `error` is the last error.
    asio::awaitable<std::optional<asio::ip::tcp::socket>> run() {
        auto works = std::vector<asio::awaitable<void>>{};
        auto failures = OutcomeBase{};
        for (std::size_t index = 0; index < lanes_.size(); ++index) {
            works.push_back(attempt("connect", run_lane(index), failures));
        }
        if (!lanes_.empty()) {
            lanes_.front().start.expires_after(std::chrono::seconds(0));
        }
        co_await gather(std::move(works));
        auto const& all = failures.failures;
        if (std::any_of(all.begin(), all.end(), [](Failure const& failure) {
                return failure.code == Errc::cancelled;
            })) {
            error_ = asio::error::operation_aborted;
            winner_.reset();
        }
        co_return std::move(winner_);
    }

    asio::error_code error() const { return error_; }

private:
    struct Lane {
        Lane(asio::any_io_executor const& executor, Endpoints::value_type const& peer)
            : endpoint(peer),
              socket(executor),
              start(executor, asio::steady_timer::time_point::max()) {}

        Endpoints::value_type endpoint;
        asio::ip::tcp::socket socket;
        asio::steady_timer start;
    };

    asio::awaitable<void> run_lane(std::size_t index) {
        auto& lane = lanes_[index];
        // An earlier attempt may bring the start forward.
        while (!winner_ && lane.start.expiry() > asio::steady_timer::clock_type::now()) {
            co_await lane.start.async_wait(ousage::as_tuple(asio::use_awaitable));
        }
        if (winner_) {
            co_return;
        }
        start_next(index, attempt_delay);
        auto [error] = co_await lane.socket.async_connect(
            lane.endpoint, ousage::as_tuple(asio::use_awaitable));
        if (winner_) {
            co_return;
        }
        if (error) {
            error_ = error;
            start_next(index, std::chrono::milliseconds(0));
            co_return;
        }
        winner_.emplace(std::move(lane.socket));
        for (auto& other : lanes_) {
            asio::error_code ignored;
            other.socket.close(ignored);
            other.start.cancel();
        }
    }

    // Lets the next attempt begin after `delay`, unless it begins earlier.
    void start_next(std::size_t index, std::chrono::milliseconds delay) {
        auto const at = asio::steady_timer::clock_type::now() + delay;
        if (index + 1 < lanes_.size() && at < lanes_[index + 1].start.expiry()) {
            lanes_[index + 1].start.expires_at(at);
        }
    }

    std::deque<Lane> lanes_;
    std::optional<asio::ip::tcp::socket> winner_;
    asio::error_code error_ = asio::error::host_not_found;
};

} // namespace OUSAGE_NAMESPACE::io::detail
