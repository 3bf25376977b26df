#pragma once

#include "example/history/polled_history.hpp"
#include "example/ousage/watch/request_tail.hpp"
#include "example/ousage/watch/watched_account.hpp"
#include <ousage/core/source.hpp>
#include <ousage/ollama/configuration.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace ousage::program {

/// Models, log, GPUs and engines are polled once in this time.
inline constexpr std::chrono::seconds fast_interval{2};

/// Polls one account for the dashboard: what changes often every two seconds, everything else once
/// per interval. Used on one thread.
class AccountPoller {
public:
    /// Sends no request before `run`.
    AccountPoller(
        asio::any_io_executor const& executor, ollama::Account const& account,
        ollama::Configuration const& configuration, std::chrono::nanoseconds interval,
        bool show_account);

    AccountPoller(AccountPoller const&) = delete;
    AccountPoller& operator=(AccountPoller const&) = delete;

    /// Polls until it is cancelled, and calls `changed` after each poll. Called once; the poller
    /// must outlive the coroutine.
    asio::awaitable<void> run(std::function<void()> changed);

    /// Polls everything as soon as a poll in progress has ended.
    void refresh();

    /// Starts no poll until it is called with false.
    void pause(bool is_paused);

    /// Returns what is known of the account.
    WatchedAccount const& watched() const noexcept { return watched_; }

private:
    asio::awaitable<void> poll();
    asio::awaitable<void> wait();
    void take(ollama::Snapshot snapshot);

    ollama::Configuration configuration_;
    std::chrono::nanoseconds interval_;
    WatchedAccount watched_;
    std::shared_ptr<RequestTail> tail_ = std::make_shared<RequestTail>();
    std::shared_ptr<PolledHistory> history_;
    std::shared_ptr<bool> is_rest_due_ = std::make_shared<bool>(true);
    std::map<std::string, double> rest_elapsed_; // of the last poll of everything, by source
    Source<ollama::Snapshot> source_;
    asio::steady_timer timer_;
    std::chrono::steady_clock::time_point next_rest_{};
    bool is_paused_ = false;
    bool is_refresh_requested_ = false;
};

} // namespace ousage::program
