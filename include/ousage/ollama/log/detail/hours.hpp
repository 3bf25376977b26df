#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/model/hour_sums.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Calls `visit(number, hour)` for every hour of a map by number that contains a part of
// (after, until].
template <class Hours, class Visit>
void for_each_hour(
    Hours const& hours, std::chrono::sys_seconds after, std::chrono::sys_seconds until,
    Visit&& visit) {
    auto const end = hours.upper_bound(hour_number(until));
    for (auto hour = hours.lower_bound(hour_number(after)); hour != end; ++hour) {
        visit(hour->first, hour->second);
    }
}

// Returns the hour to drop from a map of hours by number, which keeps the latest `limit` and as
// many after the hour `now`; the end if there is none. Of the hours after the current time it is
// the earliest: if the clock is behind, the latest are those that a correct clock needs. A zone
// that is wrong moves times by less than 26 hours.
template <class Hours>
typename Hours::iterator surplus_hour(Hours& hours, std::int64_t now, std::size_t limit) {
    auto const future = hours.upper_bound(now + 26);
    auto const count = static_cast<std::size_t>(std::distance(future, hours.end()));
    if (count > limit) {
        return future;
    }
    return hours.size() - count > limit ? hours.begin() : hours.end();
}

// Reads or writes a map of hours by number: see state_archive.hpp.
template <class Archive, class Hours>
void archive_hours(Archive& with, Hours& hours) {
    auto numbers = std::vector<std::int64_t>{};
    for (auto const& [number, hour] : hours) {
        if (number >= with.first_hour()) {
            numbers.push_back(number);
        }
    }
    with(numbers);
    for (auto const number : numbers) {
        hours[number].archive(with, number);
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
