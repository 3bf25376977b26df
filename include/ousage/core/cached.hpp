#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <asio/awaitable.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/this_coro.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Holds the cached outcome; copies of a cached source share it.
template <class Clock, class T>
class OutcomeCache {
public:
    std::optional<Outcome<T>> find() {
        auto const lock = std::lock_guard(mutex_);
        return outcome_ && Clock::now() < until_ ? outcome_ : std::nullopt;
    }

    void store(Outcome<T> const& outcome, typename Clock::duration age) {
        auto const lock = std::lock_guard(mutex_);
        outcome_ = outcome;
        until_ = Clock::now() + age;
    }

private:
    std::mutex mutex_;
    std::optional<Outcome<T>> outcome_;
    typename Clock::time_point until_{};
};

template <class Clock>
struct Ages {
    typename Clock::duration good;
    typename Clock::duration bad;
};

template <class Clock, class T>
asio::awaitable<void> collect_cached(
    Source<T> source, std::shared_ptr<OutcomeCache<Clock, T>> cache, Ages<Clock> ages,
    Outcome<T>& into) {
    if (auto found = cache->find()) {
        into = std::move(*found);
        co_return;
    }
    co_await source.collect(into);
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() == asio::cancellation_type::none) {
        cache->store(into, into.failures.empty() ? ages.good : ages.bad);
    }
}

} // namespace detail

/// Collects from `source` at most once per `age` and returns the cached outcome in between. An
/// outcome with failures is cached for `error_age`, by default not at all. An outcome of a
/// cancelled collection is never cached. Two concurrent collections may both use `source`.
template <class Clock = std::chrono::steady_clock, class T>
[[nodiscard]] Source<T> cached(
    Source<T> source, typename Clock::duration age,
    typename Clock::duration error_age = Clock::duration::zero()) {
    auto cache = std::make_shared<detail::OutcomeCache<Clock, T>>();
    auto const ages = detail::Ages<Clock>{age, error_age};
    auto collect = [source, cache, ages](Outcome<T>& into) {
        return detail::collect_cached<Clock>(source, cache, ages, into);
    };
    return source.with(std::move(collect));
}

/// The pipe form: `source | cached(30s)`.
template <class Clock = std::chrono::steady_clock>
[[nodiscard]] auto
cached(typename Clock::duration age, typename Clock::duration error_age = Clock::duration::zero()) {
    return [age, error_age]<class T>(Source<T> source) {
        return cached<Clock>(std::move(source), age, error_age);
    };
}

} // namespace OUSAGE_NAMESPACE
