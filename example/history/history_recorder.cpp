#include "example/history/history_recorder.hpp"

#include <ousage/io/http/url.hpp>

#include <utility>
#include <vector>

namespace ousage::program {

namespace {

constexpr std::chrono::seconds period{30};

} // namespace

HistoryRecorder::HistoryRecorder(
    std::filesystem::path database, ollama::Account const& account, Now now)
    : store_(std::move(database)),
      account_(account.id),
      url_(account.base_url ? io::to_string(*account.base_url) : std::string{}),
      now_(std::move(now)),
      hours_(std::make_shared<ollama::LogHours>(now_)),
      start_hour_(ollama::hour_number(now_())) {}

ollama::LogObserver
HistoryRecorder::observer(ollama::LogHistory history, ollama::LogObserver next) {
    auto hours = std::make_shared<ollama::LogHours>(now_, history);
    auto const lock = std::lock_guard(state_mutex_);
    hours_ = hours;
    return ollama::LogHours::observer(std::move(hours), std::move(next));
}

std::shared_ptr<ollama::LogHours> HistoryRecorder::log_hours() const {
    auto const lock = std::lock_guard(state_mutex_);
    return hours_;
}

std::optional<Failure> HistoryRecorder::record(bool log_is_whole, std::uint64_t inferences) {
    auto const lock = std::unique_lock(mutex_, std::try_to_lock);
    if (!lock) {
        return std::nullopt;
    }
    auto failure = store(log_is_whole, inferences);
    auto const text = failure ? failure->text : std::string{};
    auto const state_lock = std::lock_guard(state_mutex_);
    return std::exchange(failure_, text) == text ? std::nullopt : failure;
}

std::string HistoryRecorder::failure() const {
    auto const lock = std::lock_guard(state_mutex_);
    return failure_;
}

std::optional<Failure> HistoryRecorder::store(bool log_is_whole, std::uint64_t inferences) {
    auto const now = now_();
    auto const log = log_hours()->sums();
    if (!log.has_entries && inferences > inferences_) {
        counted_[ollama::hour_number(now)] += inferences - inferences_;
    }
    inferences_ = inferences;
    auto const is_early = recorded_ && now >= *recorded_ && now < *recorded_ + period &&
                          ollama::hour_number(now) == ollama::hour_number(*recorded_);
    if (is_early) {
        return std::nullopt;
    }
    auto changed = std::vector<StoredHour>{};
    if (log.caught_up) {
        add_log(log, log_is_whole, changed);
    }
    if (auto failure = add_counted(now, changed)) {
        return failure;
    }
    if (changed.empty()) {
        return std::nullopt;
    }
    auto failure = store_.record(account_, url_, changed, now);
    if (!failure) {
        recorded_ = now;
        for (auto const& hour : changed) {
            if (counted_.contains(hour.hour) && hour.hour < ollama::hour_number(now)) {
                counted_.erase(hour.hour);
            }
        }
        if (log.caught_up) {
            stored_ = log.hours;
            stored_whole_ = log_is_whole;
        }
    }
    return failure;
}

// Adds the hours that differ from what was last stored, and all once the log is whole.
void HistoryRecorder::add_log(
    ollama::LogHourSums const& log, bool log_is_whole, std::vector<StoredHour>& into) const {
    for (auto const& [number, sums] : log.hours) {
        auto const earlier = stored_.find(number);
        auto const is_same = earlier != stored_.end() && earlier->second == sums;
        if (!is_same || (log_is_whole && !stored_whole_)) {
            auto& hour = into.emplace_back();
            hour.hour = number;
            hour.sums = sums;
            hour.is_complete = log_is_whole && log.first_complete && number >= *log.first_complete;
        }
    }
}

// Adds the hours without a log. This process has not observed the beginning of its first hour.
std::optional<Failure>
HistoryRecorder::add_counted(std::chrono::sys_seconds now, std::vector<StoredHour>& into) {
    if (counted_.empty()) {
        return std::nullopt;
    }
    if (!base_) {
        auto const stored = store_.read(account_, url_, start_hour_, start_hour_);
        if (!stored) {
            return stored.failure();
        }
        auto const found = stored->find(start_hour_);
        base_ = found == stored->end() ? 0 : found->second.requests.value_or(0);
    }
    for (auto const& [number, count] : counted_) {
        if (number <= ollama::hour_number(now)) {
            auto& hour = into.emplace_back();
            hour.hour = number;
            hour.sums.requests = count + (number == start_hour_ ? *base_ : 0);
        }
    }
    return std::nullopt;
}

} // namespace ousage::program
