#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/claims.hpp>
#include <ousage/core/fallback.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/core/source.hpp>
#include <ousage/core/source_report.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
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

// One source of a merge during one collection, without the type of its value.
class PartRun {
public:
    PartRun() = default;
    PartRun(PartRun const&) = delete;
    PartRun& operator=(PartRun const&) = delete;
    virtual ~PartRun() = default;

    virtual std::string const& name() const = 0;
    virtual int rank() const = 0;
    virtual OutcomeBase& outcome() = 0;
    virtual asio::awaitable<void> collect() = 0;
    virtual void place(void* const* addresses, char* filled) = 0;
};

template <class Whole, class T, int Rank>
class TypedPartRun final : public PartRun {
public:
    explicit TypedPartRun(Source<T> const& source) : source_(source) {}

    std::string const& name() const override { return source_.name(); }

    int rank() const override { return Rank; }

    OutcomeBase& outcome() override { return outcome_; }

    asio::awaitable<void> collect() override { return source_.collect(outcome_); }

    void place(void* const* addresses, char* filled) override {
        detail::place<Whole>(addresses, filled, has_measured_all(), outcome_.value);
    }

private:
    // A part that a deadline interrupted, or that a failure left incomplete, may contain numbers
    // that were not measured.
    bool has_measured_all() const {
        auto const late = [](Failure const& failure) { return failure.code == Errc::timeout; };
        auto const& failures = outcome_.failures;
        return outcome_.has_value() &&
               (outcome_.state == State::ok || outcome_.measured.value_or(false)) &&
               std::none_of(failures.begin(), failures.end(), late);
    }

    Source<T> const& source_;
    Outcome<T> outcome_;
};

using PartRuns = std::vector<std::unique_ptr<PartRun>>;

// The value that a merge fills in, without its type.
struct MergeTarget {
    void* whole;
    void (*write_addresses)(void* whole, void** out);
    std::size_t nodes;
    std::vector<SourceReport>* reports; // null if the whole has none
    std::chrono::nanoseconds (*now)();  // a steady clock
};

OUSAGE_DECL asio::awaitable<void> collect_merged(
    PartRuns parts, MergeTarget target, std::vector<SourceDescription> const& order,
    OutcomeBase& into);

OUSAGE_DECL void sort_by_order(std::vector<SourceDescription>& sources);

template <class Whole>
std::vector<SourceReport>* reports_of(Whole& whole) {
    if constexpr (requires { whole.sources.push_back(SourceReport{}); }) {
        return &whole.sources;
    } else {
        return nullptr;
    }
}

template <class Whole, class Clock, class... T, int... Rank>
Source<Whole> merge_ranked(Ranked<T, Rank>... part) {
    check_claims<Whole>(static_cast<Ranked<T, Rank> const*>(nullptr)...);
    auto merged = std::vector<SourceDescription>{describe_source<T>(part.source.name())...};
    sort_by_order(merged);
    auto collect = [... part = std::move(part.source), merged](Outcome<Whole>& into) {
        auto const now = [] {
            auto const since_epoch = Clock::now().time_since_epoch();
            return std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch);
        };
        auto parts = PartRuns();
        (parts.push_back(std::make_unique<TypedPartRun<Whole, T, Rank>>(part)), ...);
        auto const target = MergeTarget{
            &into.value, write_addresses<Whole>, nodes<Whole>.size(), reports_of(into.value), now};
        return collect_merged(std::move(parts), target, merged, into);
    };
    return Source<Whole>("merge", std::move(collect), std::move(merged));
}

} // namespace detail

/// Runs sources concurrently and combines their values into one `Whole`. All sources run to their
/// end; no failure cancels another source.
///
/// Each member of a source's value is moved to the member of the whole, or of an aggregate inside
/// it, with the same name and type. It is a compile error if no member or several members match, or
/// if two sources of equal precedence fill the same member, even if it is a map (see `fallback`). A
/// fallback source adds to a map the keys that are missing, appends to a list whose elements
/// declare `static constexpr bool concatenate = true;`, and does not replace a number, bool or
/// enumeration that another source measured, even if it is 0.
///
/// `parts()` of the result, and the reports of a whole that has `sources`, are sorted by
/// `SourceTraits::order`. The part of each failure starts with the name of its source. Give each
/// source its own deadline.
template <class Whole, class Clock = std::chrono::steady_clock, class... Part>
[[nodiscard]] Source<Whole> merge(Part... part) {
    return detail::merge_ranked<Whole, Clock>(detail::ranked(std::move(part))...);
}

namespace detail {

template <class T>
asio::awaitable<void>
collect_all(std::vector<Source<T>> const& sources, Outcome<std::vector<T>>& into) {
    auto outcomes = std::vector<Outcome<T>>(sources.size());
    auto works = std::vector<asio::awaitable<void>>();
    for (std::size_t index = 0; index < sources.size(); ++index) {
        outcomes[index].deadline.follow(into.deadline);
        works.push_back(sources[index].collect(outcomes[index]));
    }
    co_await gather(std::move(works));
    auto states = std::vector<State>();
    for (std::size_t index = 0; index < sources.size(); ++index) {
        auto& outcome = outcomes[index];
        states.push_back(outcome.state);
        for (auto& failure : outcome.failures) {
            into.fail(sources[index].name(), std::move(failure));
        }
        into.value.push_back(std::move(outcome.value));
    }
    into.measured = !into.value.empty();
    into.conclude(states);
}

} // namespace detail

/// Runs sources of one type concurrently, and combines their values into a vector in the order of
/// the sources. The value of a source that measured nothing is a default-constructed one. The part
/// of each failure starts with the name of its source.
template <class T>
[[nodiscard]] Source<std::vector<T>> merge(std::vector<Source<T>> sources) {
    auto collect = [sources = std::move(sources)](Outcome<std::vector<T>>& into) {
        return detail::collect_all(sources, into);
    };
    return Source<std::vector<T>>("merge", std::move(collect));
}

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/merge.hpp>
#endif
