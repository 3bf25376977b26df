#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/detail/slog_time.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Dates entries, whose lines contain local times: with the UTC offset of the last slog line, else
// with that of the line's prefix, else with the calendar.
class EntryClock {
public:
    EntryClock(Calendar calendar, bool forced) : calendar_(std::move(calendar)), forced_(forced) {}

    // Returns whether only the calendar is used.
    bool is_forced() const noexcept { return forced_; }

    bool has_offset() const noexcept { return offset_.has_value(); }

    // Sets the offset as if a slog line contained it.
    void assume(std::optional<std::chrono::seconds> offset) {
        if (!forced_) {
            offset_ = offset;
            zone_ = {};
        }
    }

    // Returns true if a line does not change the offset for certain.
    bool is_known_offset(std::string_view line) const { return forced_ || zone_.matches(line); }

    // Reads the UTC offset of a slog line. Returns false if there is none or if it is already known
    // to be unchanged.
    bool read_offset(std::string_view line) {
        if (forced_ || zone_.matches(line)) {
            return false;
        }
        auto const offset = slog_offset(line);
        if (!offset) {
            return false;
        }
        offset_ = offset;
        first_offset_ = first_offset_ ? first_offset_ : offset;
        zone_.store(line);
        return true;
    }

    // Returns the offset of the first slog line.
    std::optional<std::chrono::seconds> first_offset() const noexcept { return first_offset_; }

    void date_by_offset(AccessEntry& entry) const { date(entry, *offset_); }

    // Uses the offset of the line's prefix, if there is one, else the calendar.
    void date_alone(AccessEntry& entry, std::optional<std::chrono::seconds> own_offset) {
        if (own_offset && !forced_) {
            date(entry, *own_offset);
        } else {
            date_by_calendar(entry);
        }
    }

    void date_by_calendar(AccessEntry& entry) {
        auto const local = entry.line.time;
        if (local < steady_since_ || local >= steady_since_ + std::chrono::hours(1)) {
            steady_since_ = std::chrono::floor<std::chrono::hours>(local);
            steady_offset_ =
                calendar_.steady_offset(steady_since_, steady_since_ + std::chrono::hours(1));
        }
        auto const offset = steady_offset_ ? *steady_offset_ : changing_offset(local);
        date(entry, offset);
        last_ = std::max(last_, entry.time);
    }

    template <class Archive>
    void archive(Archive& with) {
        with(offset_, first_offset_, last_);
    }

private:
    static void date(AccessEntry& entry, std::chrono::seconds offset) {
        entry.time = std::chrono::sys_seconds(entry.line.time.time_since_epoch()) - offset;
        entry.offset = offset;
    }

    // A local time in the repeated hour is ambiguous. The order of the log determines which of the
    // two instants it is.
    std::chrono::seconds changing_offset(std::chrono::local_seconds local) const {
        auto const first = calendar_.to_sys(local);
        auto const second = calendar_.later(local);
        auto const time = second && last_ > first ? *second : first;
        return local.time_since_epoch() - time.time_since_epoch();
    }

    Calendar calendar_;
    bool forced_;
    std::optional<std::chrono::seconds> offset_;
    std::optional<std::chrono::seconds> first_offset_;
    SlogZone zone_;                             // the zone that offset_ was read from
    std::chrono::local_seconds steady_since_{}; // the start of an hour
    std::optional<std::chrono::seconds> steady_offset_ =
        calendar_.steady_offset(steady_since_, steady_since_ + std::chrono::hours(1));
    std::chrono::sys_seconds last_ = std::chrono::sys_seconds::min();
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
