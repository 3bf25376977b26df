#include "example/history/polled_history.hpp"

#include "example/history/stored_hours.hpp"
#include <ousage/core/offload.hpp>
#include <ousage/core/source_report.hpp>

#include <asio/co_spawn.hpp>

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

namespace ousage::program {

namespace {

constexpr std::chrono::seconds work_period{30};
constexpr std::int64_t read_hours = 24 * 32; // more than 31 days of any zone

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
    ollama::Account const& account, ollama::Configuration const& configuration, bool reads_stored)
    : now_(configuration.now),
      account_(account),
      database_(configuration.history_db),
      log_hours_(std::make_shared<ollama::LogHours>(now_, account.log_history)),
      activity_(seconds_of(configuration.now())),
      reads_stored_(reads_stored) {
    if (database_ && HistoryStore::is_supported) {
        recorder_ = std::make_shared<HistoryRecorder>(*database_, account, now_);
    }
}

ollama::LogObserver PolledHistory::observer(ollama::LogObserver next) {
    std::function<void(ollama::LogProgress const&)> const count_bytes =
        [bytes = log_bytes_](ollama::LogProgress const& progress) { bytes->store(progress.bytes); };
    next.polled = both(count_bytes, next.polled);
    if (!recorder_) {
        return ollama::LogHours::observer(log_hours_, std::move(next));
    }
    auto const tally = ollama::LogTally::observer(tally_);
    next.entry = both(tally.entry, next.entry);
    next.engine = both(tally.engine, next.engine);
    next.polled = both(tally.polled, next.polled);
    auto observer = recorder_->observer(account_.log_history, std::move(next));
    log_hours_ = recorder_->log_hours();
    return observer;
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
    auto self = shared_from_this();
    asio::co_spawn(executor, work(self), [self](std::exception_ptr const& error) {
        self->is_working_ = false;
        if (error) { // no memory or no thread
            self->failure_ = "the history could be neither read nor stored";
        }
    });
}

asio::awaitable<void> PolledHistory::work(std::shared_ptr<PolledHistory> self) {
    auto const hour = ollama::hour_number(self->now_());
    if (self->reads_stored_ && (self->read_hour_ != hour || !self->has_entries_)) {
        co_await self->read_stored();
    }
    auto const inferences = self->activity_.inference();
    co_await record_history(self->recorder_, self->log_is_whole_, inferences);
    auto const failure = self->recorder_->failure();
    self->failure_ = failure.empty() ? self->read_failure_ : failure;
}

asio::awaitable<void> PolledHistory::read_stored() {
    auto const now = now_();
    auto const read = co_await offload(&read_stored_hours, *database_, account_, now, read_hours);
    read_failure_ = read ? "" : read.failure().text;
    if (!read) {
        co_return;
    }
    read_hour_ = ollama::hour_number(now);
    if (stored_ != *read) {
        stored_ = *read;
        ++reads_;
    }
}

std::optional<HistoryHours> PolledHistory::changed_hours() {
    auto const now = ollama::hour_number(now_());
    auto const version = Version{log_bytes_->load(), now, log_is_whole_, reads_};
    if (version_ == version) {
        return std::nullopt;
    }
    version_ = version;
    auto const log = log_hours_->sums();
    has_entries_ = log.has_entries;
    return combine_hours(log, log_is_whole_, stored_, now);
}

} // namespace ousage::program
