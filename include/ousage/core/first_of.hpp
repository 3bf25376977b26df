#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/pair.hpp>
#include <ousage/core/detail/wait_for.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/core/source.hpp>

#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

// One collection of `first_of`.
template <class Clock, class T>
struct Race {
    using Timer = asio::basic_waitable_timer<Clock>;

    std::vector<Source<T>> const& sources;
    typename Clock::duration delay;
    std::vector<Outcome<T>> outcomes;
    std::vector<Timer> starts; // the hedging delay of each source
    std::size_t failed = 0;    // sources that ended without a value
    Timer end;                 // never expires; cancelled once there is a winner
    std::optional<std::size_t> winner;
};

// Starts source `index` after its delay, or earlier if all sources before it have failed.
template <class Clock, class T>
asio::awaitable<void> run_racer(Race<Clock, T>& race, std::size_t index) {
    if (!race.winner && race.failed < index && race.delay > Clock::duration::zero()) {
        co_await wait_quietly(race.starts[index]);
    }
    auto const state = co_await asio::this_coro::cancellation_state;
    if (race.winner || state.cancelled() != asio::cancellation_type::none) {
        co_return;
    }
    co_await race.sources[index].collect(race.outcomes[index]);
    if (race.winner) {
        co_return;
    }
    // The reports of a merge are a value, even if all its sources failed.
    auto const& outcome = race.outcomes[index];
    auto const has_ended_well = outcome.state == State::ok || outcome.state == State::partial;
    if (has_ended_well && outcome.has_value()) {
        race.winner = index;
        race.end.cancel();
    } else if (++race.failed < race.starts.size()) {
        race.starts[race.failed].cancel();
    }
}

template <class Clock, class T>
asio::awaitable<void> collect_first(
    std::vector<Source<T>> const& sources, typename Clock::duration delay, Outcome<T>& into) {
    auto const executor = co_await asio::this_coro::executor;
    using Timer = asio::basic_waitable_timer<Clock>;
    auto race = Race<Clock, T>{sources, delay, std::vector<Outcome<T>>(sources.size()),
                               {},      0,     Timer(executor, Clock::time_point::max()),
                               {}};
    auto racers = std::vector<asio::awaitable<void>>();
    auto const begin = Clock::now();
    auto const longest = (Clock::time_point::max() - begin) / static_cast<int>(sources.size() + 1);
    auto const step = std::min<typename Clock::duration>(delay, longest);
    for (std::size_t index = 0; index < sources.size(); ++index) {
        race.outcomes[index].deadline.follow(into.deadline);
        race.starts.emplace_back(executor, begin + static_cast<int>(index) * step);
        racers.push_back(run_racer(race, index));
    }
    auto all = gather(std::move(racers));
    auto won = wait_quietly(race.end);
    co_await pair(std::move(all), std::move(won), Until{true});
    if (race.winner) {
        into = std::move(race.outcomes[*race.winner]);
        co_return;
    }
    for (auto& outcome : race.outcomes) {
        if (outcome.failures.empty() && into.note.empty()) {
            into.state = outcome.state;
            into.note = std::move(outcome.note);
        }
        for (auto& failure : outcome.failures) {
            into.failures.push_back(std::move(failure));
        }
    }
}

} // namespace detail

/// Races sources of one type: the first that measures a value wins, and the others are cancelled.
/// The first source starts at once, each further one `delay` after the previous one, or when all
/// sources before it have ended without a value. With a delay of 0 all start at once. If none has a
/// value, the outcome contains the failures of all, in the order of the sources. The result has
/// the name of the first source. `sources` must not be empty.
template <class Clock = std::chrono::steady_clock, class T>
[[nodiscard]] Source<T>
first_of(std::vector<Source<T>> sources, typename Clock::duration delay = Clock::duration::zero()) {
    auto name = sources.at(0).name();
    auto collect = [sources = std::move(sources), delay](Outcome<T>& into) {
        return detail::collect_first<Clock>(sources, delay, into);
    };
    return Source<T>(std::move(name), std::move(collect));
}

} // namespace OUSAGE_NAMESPACE
