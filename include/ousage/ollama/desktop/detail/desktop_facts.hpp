#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/desktop/desktop_db_part.hpp>
#include <ousage/ollama/model/detail/day_counts.hpp>
#include <ousage/ollama/model/detail/timeline.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Counts of one kind of row, for windows and daily series.
struct EventCounts {
    Timeline<1> recent; // sealed after the query
    DayCounts days;
};

// Indices of the amounts of a model's answers.
enum AnswerAmount : std::size_t { request_amount, input_amount, output_amount, thinking_amount };

// The answers of one model.
struct ModelAnswers {
    Timeline<5> recent; // fifth amount: answers with a start and an end of thinking
    Timeline<5>::Amounts all{};
    DayCounts requests;
    DayCounts tokens;
    bool cloud = false;
};

// The contents of the desktop database in a form from which every window that ends at `now` or
// later can be computed without the database. A part that could not be read is absent.
struct DesktopFacts {
    DesktopFacts(std::chrono::sys_seconds time, Calendar zone)
        : now(time), calendar(std::move(zone)), day(calendar) {}

    std::chrono::sys_seconds now; // time of the reading
    Calendar calendar;
    LocalDay day;
    std::optional<Moment> next_due; // the first time after now, when windows and series change
    DesktopDb plain;                // values that do not depend on now
    std::optional<EventCounts> sessions, messages, user_messages, tool_calls, attachments, tokens;
    std::optional<DayCounts> requests_local, requests_cloud;
    std::map<std::string, ModelAnswers, std::less<>> models;
    bool with_model_series = true; // false: too many values

    // Returns true if `time` is not after `now`. Otherwise records the earliest such time.
    bool is_due(Moment time) {
        if (time <= now) {
            return true;
        }
        next_due = next_due ? std::min(*next_due, time) : time;
        return false;
    }

    // Returns true if a window that ends at `now` or later can contain `time`.
    bool is_recent(Moment time) const { return time > now - std::chrono::days(8); }

    void add(EventCounts& into, Moment time, std::uint64_t amount) {
        if (amount > 0 && is_due(time)) {
            into.days.add(day.of(time), amount);
            if (is_recent(time)) {
                into.recent.add(time, {amount});
            }
        }
    }
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
