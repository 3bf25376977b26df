#pragma once

#include <ousage/core/gather.hpp>
#include <ousage/core/merge.hpp>

#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::detail {

inline asio::awaitable<void> collect_timed(PartRun& part, std::chrono::nanoseconds (*now)()) {
    auto const start = now();
    co_await part.collect();
    part.outcome().elapsed = now() - start;
}

inline SourceReport report(std::string const& name, OutcomeBase const& outcome) {
    auto text = describe(outcome);
    auto const elapsed = std::chrono::duration<double, std::milli>(outcome.elapsed);
    return {
        name, outcome.state, elapsed.count(),
        text.empty() ? std::nullopt : std::optional(std::move(text))};
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

OUSAGE_DECL void sort_by_order(std::vector<SourceDescription>& sources) {
    sort_stably(sources, [](SourceDescription const& left, SourceDescription const& right) {
        return left.order < right.order;
    });
}

// Moves the values of the parts into the whole, those of rank 0 first.
inline void place_parts(PartRuns const& parts, MergeTarget const& target) {
    auto addresses = std::vector<void*>(target.nodes);
    target.write_addresses(target.whole, addresses.data());
    auto filled = std::vector<char>(target.nodes);
    for (int const rank : {0, 1}) {
        for (auto const& part : parts) {
            if (part->rank() == rank) {
                part->place(addresses.data(), filled.data());
            }
        }
    }
}

inline void conclude(PartRuns const& parts, MergeTarget const& target, OutcomeBase& into) {
    auto states = std::vector<State>();
    for (auto const& part : parts) {
        auto& outcome = part->outcome();
        states.push_back(outcome.state);
        if (target.reports != nullptr) {
            target.reports->push_back(report(part->name(), outcome));
        }
        for (auto& failure : outcome.failures) {
            into.fail(part->name(), std::move(failure));
        }
    }
    into.conclude(states);
}

// The sources write into outcomes in this coroutine frame. The frame outlives them, because
// `gather` always waits for all.
OUSAGE_DECL asio::awaitable<void> collect_merged(
    PartRuns parts, MergeTarget target, std::vector<SourceDescription> const& order,
    OutcomeBase& into) {
    auto works = std::vector<asio::awaitable<void>>();
    for (auto const& part : parts) {
        part->outcome().deadline.follow(into.deadline);
        works.push_back(collect_timed(*part, target.now));
    }
    co_await gather(std::move(works));
    place_parts(parts, target);
    conclude(parts, target, into);
    if (target.reports != nullptr) {
        sort_reports(*target.reports, order);
    }
}

} // namespace OUSAGE_NAMESPACE::detail
