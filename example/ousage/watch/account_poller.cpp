#include "example/ousage/watch/account_poller.hpp"

#include <ousage/format/view/header_view.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <asio/redirect_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <utility>

namespace ousage::program {

namespace {

// Sources whose last outcome is shown between two polls of everything.
constexpr std::array<std::string_view, 3> rest_sources{"desktop_db", "server_config", "cloud"};

Source<ollama::Snapshot> source_of(
    ollama::Account const& account, ollama::Configuration const& configuration,
    PolledHistory& history, std::shared_ptr<RequestTail> tail, std::shared_ptr<bool> is_rest_due) {
    auto observers = ollama::Observers{};
    observers.log = history.observer(RequestTail::observer(std::move(tail)));
    observers.rest_due = [is_rest_due = std::move(is_rest_due)] { return *is_rest_due; };
    return ollama::snapshot(account, configuration, observers);
}

} // namespace

AccountPoller::AccountPoller(
    asio::any_io_executor const& executor, ollama::Account const& account,
    ollama::Configuration const& configuration, std::chrono::nanoseconds interval,
    bool show_account)
    : configuration_(configuration),
      interval_(interval),
      history_(std::make_shared<PolledHistory>(account, configuration, true)),
      source_(source_of(account, configuration, *history_, tail_, is_rest_due_)),
      timer_(executor) {
    watched_.id = account.id;
    watched_.context.server = account.base_url ? io::authority(*account.base_url) : "";
    watched_.context.interval = std::chrono::duration_cast<std::chrono::seconds>(interval);
    watched_.context.show_account = show_account;
}

asio::awaitable<void> AccountPoller::run(std::function<void()> changed) {
    for (;;) {
        if (!is_paused_) {
            co_await poll();
            changed();
        }
        co_await wait();
        auto const state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            co_return;
        }
    }
}

asio::awaitable<void> AccountPoller::poll() {
    auto const now = std::chrono::steady_clock::now();
    *is_rest_due_ = is_refresh_requested_ || now >= next_rest_;
    is_refresh_requested_ = false;
    if (*is_rest_due_) {
        next_rest_ =
            now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(interval_);
    }
    auto outcome = Outcome<ollama::Snapshot>{};
    co_await source_.collect(outcome);
    history_->observe(outcome);
    history_->start_work(timer_.get_executor());
    take(std::move(outcome.value));
}

asio::awaitable<void> AccountPoller::wait() {
    if (is_refresh_requested_ && !is_paused_) {
        co_return;
    }
    auto const pause = std::min<std::chrono::nanoseconds>(fast_interval, interval_);
    timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(pause));
    auto ignored = std::error_code();
    auto token = asio::redirect_error(asio::use_awaitable, ignored);
    co_await timer_.async_wait(token);
}

void AccountPoller::refresh() {
    is_refresh_requested_ = true;
    timer_.cancel();
}

void AccountPoller::pause(bool is_paused) {
    if (is_paused_ != is_paused) {
        is_paused_ = is_paused;
        timer_.cancel();
    }
}

void AccountPoller::take(ollama::Snapshot snapshot) {
    for (auto& report : snapshot.sources) {
        if (std::find(rest_sources.begin(), rest_sources.end(), report.name) ==
            rest_sources.end()) {
            continue;
        }
        auto const known = rest_elapsed_.find(report.name);
        if (*is_rest_due_ || known == rest_elapsed_.end()) {
            rest_elapsed_[report.name] = report.elapsed_ms;
        } else {
            report.elapsed_ms = known->second;
        }
    }
    auto& context = watched_.context;
    context.down_since = down_since(snapshot, context.down_since);
    context.last_request = tail_->last_inference();
    watched_.tail = tail_->entries();
    if (auto const hours = history_->changed_hours()) {
        watched_.charts = history_charts(
            *hours, snapshot.daily_series, configuration_.calendar, configuration_.now());
    }
    for (auto const& [name, days] : watched_.charts.days) {
        snapshot.daily_series[name] = days;
    }
    watched_.history_failure = history_->failure();
    watched_.snapshot = std::move(snapshot);
    watched_.has_snapshot = true;
}

} // namespace ousage::program
