#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/claims.hpp>
#include <ousage/core/fallback.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/core/source.hpp>
#include <ousage/core/source_report.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

template <class T>
Ranked<T, 0> ranked(Source<T> source) {
    return {std::move(source)};
}

template <class T, int Rank>
Ranked<T, Rank> ranked(Ranked<T, Rank> source) {
    return source;
}

template <class Clock, class T>
asio::awaitable<void> collect_timed(Source<T> const& source, Outcome<T>& into) {
    auto const start = Clock::now();
    co_await source.collect(into);
    into.elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start);
}

template <class T>
SourceReport report(std::string const& name, Outcome<T> const& outcome) {
    auto text = describe(outcome);
    auto const elapsed = std::chrono::duration<double, std::milli>(outcome.elapsed);
    return {
        name, outcome.state, elapsed.count(),
        text.empty() ? std::nullopt : std::optional(std::move(text))};
}

template <class Whole, int Rank, class T, int PartRank>
void place_rank(Whole& whole, Ranked<T, PartRank> const&, Outcome<T>& part) {
    if constexpr (Rank == PartRank) {
        place(whole, part.value);
    }
}

template <class Whole, class T, int Rank>
void conclude(Outcome<Whole>& into, Ranked<T, Rank> const& part, Outcome<T>& outcome) {
    auto const& name = part.source.name();
    if constexpr (requires { into.value.sources.push_back(SourceReport{}); }) {
        into.value.sources.push_back(report(name, outcome));
    }
    for (auto& failure : outcome.failures) {
        into.fail(name, std::move(failure));
    }
}

// A stable insertion sort: clang 19 warns of a deprecated function inside std::stable_sort of
// libstdc++ 12.
template <class T, class Less>
void sort_stably(std::vector<T>& values, Less less) {
    for (auto next = values.begin(); next != values.end(); ++next) {
        std::rotate(std::upper_bound(values.begin(), next, *next, less), next, next + 1);
    }
}

// Sorts the reports by the order in the traits of their sources; keeps equal ones in place. The
// reports of a merge inside this one have no description here and come last.
inline void
sort_reports(std::vector<SourceReport>& reports, std::vector<SourceDescription> const& sources) {
    auto const order_of = [&sources](SourceReport const& report) {
        auto const* const source = find_source(sources, report.name);
        return source == nullptr ? std::numeric_limits<int>::max() : source->order;
    };
    sort_stably(reports, [&order_of](SourceReport const& left, SourceReport const& right) {
        return order_of(left) < order_of(right);
    });
}

template <class... T, int... Rank>
std::vector<SourceDescription> describe_merge(std::tuple<Ranked<T, Rank>...> const& parts) {
    auto sources = std::apply(
        [](auto const&... part) {
            return std::vector<SourceDescription>{describe_source<T>(part.source.name())...};
        },
        parts);
    sort_stably(sources, [](SourceDescription const& left, SourceDescription const& right) {
        return left.order < right.order;
    });
    return sources;
}

// The sources write into outcomes in this coroutine frame. The frame outlives them, because
// `gather` always waits for all.
template <class Whole, class Clock, class... T, int... Rank>
asio::awaitable<void> collect_merged(
    std::tuple<Ranked<T, Rank>...> parts, std::vector<SourceDescription> merged,
    Outcome<Whole>& into) {
    auto outcomes = std::tuple<Outcome<T>...>{};
    auto works = std::vector<asio::awaitable<void>>{};
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        (works.push_back(
             collect_timed<Clock>(std::get<Index>(parts).source, std::get<Index>(outcomes))),
         ...);
    }(std::index_sequence_for<T...>{});
    co_await gather(std::move(works));
    [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        (place_rank<Whole, 0>(into.value, std::get<Index>(parts), std::get<Index>(outcomes)), ...);
        (place_rank<Whole, 1>(into.value, std::get<Index>(parts), std::get<Index>(outcomes)), ...);
        into.conclude({std::get<Index>(outcomes).state...});
        (conclude(into, std::get<Index>(parts), std::get<Index>(outcomes)), ...);
    }(std::index_sequence_for<T...>{});
    if constexpr (requires { into.value.sources.push_back(SourceReport{}); }) {
        sort_reports(into.value.sources, merged);
    }
}

} // namespace detail

/// Runs sources concurrently and combines their values into one `Whole`. All sources run to their
/// end; no failure cancels another source.
///
/// Each member of a source's value is moved to the member of the whole, or of an aggregate inside
/// it, with the same name and type. It is a compile error if no member or several members match, or
/// if two sources of equal precedence fill the same member (see `fallback`). Maps are merged by
/// key: a fallback source adds the keys that are missing.
///
/// `parts()` of the result, and the reports of a whole that has `sources`, are sorted by
/// `SourceTraits::order`. The part of each failure starts with the name of its source. Give each
/// source its own deadline.
template <class Whole, class Clock = std::chrono::steady_clock, class... Part>
Source<Whole> merge(Part... part) {
    auto parts = std::make_tuple(detail::ranked(std::move(part))...);
    detail::check_claims<Whole>(parts);
    auto merged = detail::describe_merge(parts);
    auto collect = [parts = std::move(parts), merged](Outcome<Whole>& into) {
        return detail::collect_merged<Whole, Clock>(parts, merged, into);
    };
    return Source<Whole>("merge", std::move(collect), std::move(merged));
}

} // namespace OUSAGE_NAMESPACE
