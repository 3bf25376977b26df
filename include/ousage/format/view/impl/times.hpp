#pragma once

#include <ousage/format/view/times.hpp>

#include <algorithm>
#include <chrono>
#include <string>

namespace OUSAGE_NAMESPACE {

namespace detail {

template <class Unit>
std::string whole(std::chrono::seconds time, char const* unit) {
    return std::to_string(std::chrono::duration_cast<Unit>(time).count()) + unit;
}

} // namespace detail

OUSAGE_DECL std::string age_text(std::chrono::seconds age) {
    using namespace std::chrono;
    if (age < minutes(1)) {
        return detail::whole<seconds>(std::max(age, seconds(0)), " s");
    }
    if (age < hours(1)) {
        return detail::whole<minutes>(age, " min");
    }
    return age < days(1) ? detail::whole<hours>(age, " h") : detail::whole<days>(age, " d");
}

OUSAGE_DECL std::string wait_text(std::chrono::seconds wait) {
    using namespace std::chrono;
    auto const rest = wait % hours(1);
    if (wait < hours(1) || wait >= days(1) || rest < minutes(1)) {
        return age_text(wait);
    }
    return age_text(wait) + " " + age_text(rest);
}

OUSAGE_DECL std::string until_text(Timestamp const& when, Timestamp const& now) {
    auto const wait = when.at - now.at;
    if (wait <= std::chrono::seconds(0)) {
        return {};
    }
    return wait > std::chrono::years(10) ? "never" : "in " + wait_text(wait);
}

OUSAGE_DECL std::string ago_text(std::chrono::sys_seconds when, Timestamp const& now) {
    auto const age = now.at - when;
    return age < std::chrono::seconds(1) ? "now" : age_text(age) + " ago";
}

OUSAGE_DECL std::string clock_text(Timestamp const& time) {
    return to_rfc3339(time).substr(11, 8);
}

OUSAGE_DECL std::string local_date_text(Timestamp const& time) {
    return to_rfc3339(time).substr(0, 10);
}

} // namespace OUSAGE_NAMESPACE
