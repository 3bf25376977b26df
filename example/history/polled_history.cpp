#include "example/history/polled_history.hpp"

#include <ousage/core/offload.hpp>
#include <ousage/core/source_report.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace ousage::program {

namespace {

constexpr std::chrono::seconds work_period{30};

double seconds_of(std::chrono::sys_seconds time) {
    return static_cast<double>(time.time_since_epoch().count());
}

// Returns a callback that calls both.
template <class... Args>
std::function<void(Args...)>
both(std::function<void(Args...)> first, std::function<void(Args...)> second) {
    if (!first || !second) {
        return first ? first : second;
    }
    return [first = std::move(first), second = std::move(second)](Args... arguments) {
        first(arguments...);
        second(arguments...);
    };
}

std::optional<Failure> record(
    std::shared_ptr<HistoryRecorder> const& recorder, bool log_is_whole, std::uint64_t inferences) {
    return recorder->record(log_is_whole, inferences);
}

} // namespace

bool has_read_log(ollama::Snapshot const& snapshot) {
    auto const& all = snapshot.sources;
    return std::any_of(all.begin(), all.end(), [](SourceReport const& report) {
        return report.name == "server_log" && report.state == State::ok;
    });
}

asio::awaitable<std::optional<Failure>> record_history(
    std::shared_ptr<HistoryRecorder> recorder, bool log_is_whole, std::uint64_t inferences) {
    auto failure = co_await offload(&record, recorder, log_is_whole, inferences);
    co_return failure;
}

PolledHistory::PolledHistory(
    ollama::Account const& account, ollama::Configuration const& configuration)
    : now_(configuration.now),
      log_history_(account.log_history),
      activity_(seconds_of(configuration.now())) {
    if (configuration.history_db && HistoryStore::is_supported) {
        recorder_ = std::make_shared<HistoryRecorder>(*configuration.history_db, account, now_);
    }
}

ollama::LogObserver PolledHistory::observer(ollama::LogObserver next) {
    if (!recorder_) {
        return next;
    }
    auto const tally = ollama::LogTally::observer(tally_);
    next.entry = both(tally.entry, next.entry);
    next.engine = both(tally.engine, next.engine);
    next.polled = both(tally.polled, next.polled);
    return recorder_->observer(log_history_, std::move(next));
}

void PolledHistory::observe(Outcome<ollama::Snapshot> const& outcome) {
    log_is_whole_ = has_read_log(outcome.value);
    if (recorder_) {
        activity_.observe(outcome, tally_->totals(), now_());
    }
}

bool PolledHistory::is_due() const {
    auto const now = now_();
    return !started_ || now < *started_ || now >= *started_ + work_period ||
           ollama::hour_number(now) != ollama::hour_number(*started_);
}

void PolledHistory::start_work(asio::any_io_executor const& executor) {
    if (!recorder_ || is_working_ || !is_due()) {
        return;
    }
    is_working_ = true;
    started_ = now_();
    asio::co_spawn(executor, work(shared_from_this()), asio::detached);
}

asio::awaitable<void> PolledHistory::work(std::shared_ptr<PolledHistory> self) {
    auto const inferences = self->activity_.inference();
    co_await record_history(self->recorder_, self->log_is_whole_, inferences);
    self->failure_ = self->recorder_->failure();
    self->is_working_ = false;
}

} // namespace ousage::program
