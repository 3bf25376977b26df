#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::detail {

// One change of a POSIX TZ rule: `M10.5.0/3`, `J60`, `59`.
struct PosixChange {
    enum class Kind { month, julian, day } kind = Kind::month;
    int month = 1;
    int week = 1;
    int day = 0;
    std::chrono::seconds time{7200}; // local time in the offset before the change; may be negative

    std::chrono::local_seconds in(std::chrono::year year) const {
        using namespace std::chrono;
        auto const first = local_days(year / January / 1);
        if (kind == Kind::day) {
            return first + days(day) + time;
        }
        if (kind == Kind::julian) {
            auto const leap = year.is_leap() && day >= 60;
            return first + days(day - 1 + (leap ? 1 : 0)) + time;
        }
        auto const wanted = weekday(static_cast<unsigned>(day));
        auto const which = year / std::chrono::month(static_cast<unsigned>(month));
        return week == 5 ? local_days(which / wanted[last]) + time
                         : local_days(which / wanted[static_cast<unsigned>(week)]) + time;
    }
};

// The rule at the end of a TZif file, also allowed in $TZ: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixZone {
    std::chrono::seconds standard{};
    std::optional<std::chrono::seconds> daylight;
    PosixChange start;
    PosixChange end;

    std::chrono::seconds offset_at(std::chrono::sys_seconds at) const {
        using namespace std::chrono;
        if (!daylight) {
            return standard;
        }
        auto const year = year_month_day(floor<days>(at + standard)).year();
        auto const starts = sys_seconds(start.in(year).time_since_epoch()) - standard;
        auto const ends = sys_seconds(end.in(year).time_since_epoch()) - *daylight;
        auto const summer = starts < ends ? at >= starts && at < ends : at >= starts || at < ends;
        return summer ? *daylight : standard;
    }
};

class PosixZoneParser {
public:
    explicit PosixZoneParser(std::string_view text) : text_(text) {}

    std::optional<PosixZone> parse() {
        auto zone = PosixZone{};
        if (!name() || !offset(zone.standard)) {
            return std::nullopt;
        }
        if (text_.empty()) {
            return zone;
        }
        auto daylight = zone.standard + std::chrono::hours(1);
        if (!name()) {
            return std::nullopt;
        }
        if (!text_.empty() && text_.front() != ',' && !offset(daylight)) {
            return std::nullopt;
        }
        zone.daylight = daylight;
        if (text_.empty()) {
            text_ = ",M3.2.0,M11.1.0"; // the default of C libraries; POSIX defines none
        }
        auto const good = change(zone.start) && change(zone.end) && text_.empty();
        return good ? std::optional(zone) : std::nullopt;
    }

private:
    bool take(char character) {
        if (text_.empty() || text_.front() != character) {
            return false;
        }
        text_.remove_prefix(1);
        return true;
    }

    bool name() {
        auto const quoted = take('<');
        std::size_t length = 0;
        while (length < text_.size() &&
               (quoted ? text_[length] != '>' : is_letter(text_[length]))) {
            ++length;
        }
        text_.remove_prefix(length);
        return length >= 3 && (!quoted || take('>'));
    }

    static bool is_letter(char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    }

    std::optional<int> number(int low, int high) {
        int value = 0;
        std::size_t digits = 0;
        while (digits < text_.size() && digits < 3 && text_[digits] >= '0' &&
               text_[digits] <= '9') {
            value = value * 10 + (text_[digits++] - '0');
        }
        text_.remove_prefix(digits);
        return digits > 0 && value >= low && value <= high ? std::optional(value) : std::nullopt;
    }

    bool time(std::chrono::seconds& into, int most_hours) {
        auto const negative = take('-');
        if (!negative) {
            take('+');
        }
        auto const hours = number(0, most_hours);
        auto const minutes = hours && take(':') ? number(0, 59) : std::optional(0);
        auto const seconds = minutes && take(':') ? number(0, 59) : std::optional(0);
        if (!hours || !minutes || !seconds) {
            return false;
        }
        auto const total = std::chrono::seconds((*hours * 60 + *minutes) * 60 + *seconds);
        into = negative ? -total : total;
        return true;
    }

    // POSIX offsets are positive west of Greenwich.
    bool offset(std::chrono::seconds& into) {
        auto west = std::chrono::seconds{};
        auto const good = time(west, 24);
        into = -west;
        return good;
    }

    bool change(PosixChange& into) {
        if (!take(',')) {
            return false;
        }
        if (take('M')) {
            auto const month = number(1, 12);
            auto const week = month && take('.') ? number(1, 5) : std::nullopt;
            auto const day = week && take('.') ? number(0, 6) : std::nullopt;
            if (!day) {
                return false;
            }
            into.month = *month;
            into.week = *week;
            into.day = *day;
        } else {
            into.kind = take('J') ? PosixChange::Kind::julian : PosixChange::Kind::day;
            auto const day = number(into.kind == PosixChange::Kind::julian ? 1 : 0, 365);
            if (!day) {
                return false;
            }
            into.day = *day;
        }
        return !take('/') || time(into.time, 167);
    }

    std::string_view text_;
};

inline std::optional<PosixZone> parse_posix_zone(std::string_view text) {
    return PosixZoneParser(text).parse();
}

} // namespace OUSAGE_NAMESPACE::detail
