#pragma once

#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/detail/hours.hpp>
#include <ousage/ollama/log/log_hours.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL LogObserver LogHours::observer(std::shared_ptr<LogHours> hours, LogObserver next) {
    auto observer = next;
    observer.entry = [hours, then = next.entry](AccessEntry const& entry) {
        hours->add(entry.time, entry.route, entry.line.status);
        if (then) {
            then(entry);
        }
    };
    observer.dated =
        [hours, then = next.dated](std::chrono::sys_seconds time, EngineRecord const& record) {
            hours->add(time, record);
            if (then) {
                then(time, record);
            }
        };
    observer.undated = [hours, then = next.undated](UndatedRecords const& records) {
        hours->set_undated(records);
        if (then) {
            then(records);
        }
    };
    observer.polled = [hours, then = next.polled](LogProgress const& progress) {
        hours->polled(progress);
        if (then) {
            then(progress);
        }
    };
    return observer;
}

OUSAGE_DECL void LogHours::add(std::chrono::sys_seconds time, Route route, int status) {
    auto const lock = std::lock_guard(mutex_);
    has_entries_ = true;
    auto* const counts = hour_of(time);
    if (counts != nullptr && route != Route::other) {
        ++counts->requests;
        counts->errors += status >= 400 ? 1u : 0u;
    }
}

OUSAGE_DECL void LogHours::add(std::chrono::sys_seconds time, EngineRecord const& record) {
    auto const lock = std::lock_guard(mutex_);
    if (auto* const counts = hour_of(time)) {
        add_tokens(record, *counts);
        has_tokens_ = has_tokens_ || record.input_tokens || record.output_tokens;
    }
}

OUSAGE_DECL void LogHours::set_undated(UndatedRecords const& records) {
    auto const lock = std::lock_guard(mutex_);
    undated_ = records;
}

OUSAGE_DECL void LogHours::polled(LogProgress const& progress) {
    auto const lock = std::lock_guard(mutex_);
    caught_up_ = progress.caught_up;
    if (progress.bytes > progress.counts.bytes && !oldest_) {
        oldest_ = now_() - history_.period;
    }
}

OUSAGE_DECL LogHourSums LogHours::sums() const {
    auto const lock = std::lock_guard(mutex_);
    auto all = hours_;
    auto has_tokens = has_tokens_;
    for (auto const& [time, record] : undated_) {
        add_tokens(record, all[hour_number(time)]);
        has_tokens = has_tokens || record.input_tokens || record.output_tokens;
    }
    auto result = LogHourSums{};
    result.has_entries = has_entries_;
    result.caught_up = caught_up_;
    if (first_) {
        result.first_complete = hour_number(oldest_ ? std::max(*first_, *oldest_) : *first_) + 1;
    }
    auto const end = all.upper_bound(hour_number(now_()));
    for (auto hour = all.begin(); hour != end; ++hour) {
        auto const& counts = hour->second;
        if (counts.requests + counts.input + counts.output == 0) {
            continue;
        }
        auto& sums = result.hours[hour->first];
        if (has_entries_) {
            sums.requests = counts.requests;
            sums.errors = counts.errors;
        }
        if (has_tokens) {
            sums.input_tokens = counts.input;
            sums.output_tokens = counts.output;
        }
    }
    return result;
}

OUSAGE_DECL LogHours::Counts* LogHours::hour_of(std::chrono::sys_seconds time) {
    auto const number = hour_number(time);
    if (last_ != nullptr && last_->first == number) {
        return &last_->second;
    }
    return select(number);
}

OUSAGE_DECL LogHours::Counts* LogHours::select(std::int64_t number) {
    last_ = nullptr;
    auto const found = hours_.try_emplace(number).first;
    auto const now = hour_number(now_());
    auto const surplus =
        hours_.size() > hour_limit ? detail::surplus_hour(hours_, now, hour_limit) : hours_.end();
    auto const is_kept = surplus != found;
    if (surplus != hours_.end()) {
        hours_.erase(surplus);
    }
    // A clock that was not set yet says nothing about when the log began.
    if (is_kept && number > now - static_cast<std::int64_t>(hour_limit)) {
        auto const start = start_of_hour(number);
        first_ = first_ ? std::min(*first_, start) : start;
    }
    last_ = is_kept ? &*found : nullptr;
    return is_kept ? &last_->second : nullptr;
}

OUSAGE_DECL void LogHours::add_tokens(EngineRecord const& record, Counts& into) {
    into.input += record.input_tokens.value_or(0);
    into.output += record.output_tokens.value_or(0);
}

} // namespace OUSAGE_NAMESPACE::ollama
