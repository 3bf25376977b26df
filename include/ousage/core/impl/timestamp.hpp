#pragma once

#include <ousage/core/timestamp.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL std::string to_rfc3339(Timestamp const& time) {
    using namespace std::chrono;
    constexpr sys_seconds first = sys_days(year(1) / 1 / 1);
    constexpr sys_seconds last = sys_days(year(9999) / 12 / 31) + hours(24) - seconds(1);
    auto const local = time.at + seconds(time.offset_seconds);
    if (local < first || local > last) {
        return to_rfc3339(Timestamp{std::clamp(time.at, first, last), time.nanoseconds, 0});
    }
    auto const date = year_month_day(floor<days>(local));
    auto const clock = hh_mm_ss(local - floor<days>(local));
    auto text = std::string("0000-00-00T00:00:00");
    auto const put = [&text](std::size_t at, std::size_t digits, std::int64_t value) {
        for (auto index = at + digits; index-- > at; value /= 10) {
            text[index] = static_cast<char>('0' + value % 10);
        }
    };
    put(0, 4, static_cast<int>(date.year()));
    put(5, 2, static_cast<unsigned>(date.month()));
    put(8, 2, static_cast<unsigned>(date.day()));
    put(11, 2, clock.hours().count());
    put(14, 2, clock.minutes().count());
    put(17, 2, clock.seconds().count());
    if (time.nanoseconds != 0) {
        text += ".000000000";
        put(20, 9, time.nanoseconds);
        text.erase(text.find_last_not_of('0') + 1);
    }
    if (time.offset_seconds == 0) {
        return text + 'Z';
    }
    auto const minutes_east =
        (time.offset_seconds < 0 ? -time.offset_seconds : time.offset_seconds) / 60;
    auto const at = text.size();
    text += time.offset_seconds < 0 ? "-00:00" : "+00:00";
    put(at + 1, 2, minutes_east / 60);
    put(at + 4, 2, minutes_east % 60);
    return text;
}

} // namespace OUSAGE_NAMESPACE
