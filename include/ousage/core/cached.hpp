#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/mailbox.hpp>
#include <ousage/core/source.hpp>

#include <asio/awaitable.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/this_coro.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Holds the cached outcome; copies of a cached source share it. At most one collection runs; others
// wait for its outcome, on any thread.
template <class Clock, class T>
class OutcomeCache {
public:
    // Receives the outcome of the running collection; none if it was cancelled.
    using Waiter = Mailbox<std::optional<Outcome<T>>>;

    // What a collection has to do: return `outcome`, wait for `running`, or else collect and call
    // `finish`.
    struct Step {
        std::optional<Outcome<T>> outcome;
        std::shared_ptr<Waiter> running;
    };

    Step start() {
        auto const lock = std::lock_guard(mutex_);
        auto step = Step{};
        if (outcome_ && Clock::now() < until_) {
            step.outcome = outcome_;
        } else if (is_running_) {
            step.running = std::make_shared<Waiter>();
            waiters_.push_back(step.running);
        } else {
            is_running_ = true;
        }
        return step;
    }

    void finish(std::optional<Outcome<T>> outcome, typename Clock::duration age) {
        auto waiters = std::vector<std::shared_ptr<Waiter>>();
        {
            auto const lock = std::lock_guard(mutex_);
            is_running_ = false;
            waiters.swap(waiters_);
            if (outcome) {
                outcome_ = outcome;
                until_ = Clock::now() + age;
            }
        }
        for (auto const& waiter : waiters) {
            waiter->put(outcome);
        }
    }

private:
    std::mutex mutex_;
    std::optional<Outcome<T>> outcome_;
    typename Clock::time_point until_{};
    bool is_running_ = false;
    std::vector<std::shared_ptr<Waiter>> waiters_;
};

template <class Clock>
struct Ages {
    typename Clock::duration good;
    typename Clock::duration bad;
};

// Ends the collection of a cache, also if its coroutine is destroyed.
template <class Clock, class T>
class CacheFill {
public:
    explicit CacheFill(OutcomeCache<Clock, T>& cache) : cache_(cache) {}

    CacheFill(CacheFill const&) = delete;
    CacheFill& operator=(CacheFill const&) = delete;

    ~CacheFill() {
        if (!is_finished_) {
            cache_.finish(std::nullopt, {});
        }
    }

    void finish(Outcome<T> const& outcome, Ages<Clock> const& ages) {
        is_finished_ = true;
        cache_.finish(outcome, outcome.failures.empty() ? ages.good : ages.bad);
    }

private:
    OutcomeCache<Clock, T>& cache_;
    bool is_finished_ = false;
};

template <class Clock, class T>
asio::awaitable<void> collect_cached(
    Source<T> source, std::shared_ptr<OutcomeCache<Clock, T>> cache, Ages<Clock> ages,
    Outcome<T>& into) {
    for (;;) {
        auto step = cache->start();
        if (step.running) {
            std::shared_ptr<MailboxBase> box = step.running;
            co_await MailboxBase::wait(std::move(box));
            step.outcome = step.running->take_value();
        } else if (!step.outcome) {
            break;
        }
        if (step.outcome) {
            into = std::move(*step.outcome);
            co_return;
        }
    }
    auto fill = CacheFill<Clock, T>(*cache);
    co_await source.collect(into);
    auto const state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() == asio::cancellation_type::none) {
        fill.finish(into, ages);
    }
}

} // namespace detail

/// Collects from `source` at most once per `age` and returns the cached outcome in between. An
/// outcome with failures is cached for `error_age`, by default not at all. An outcome of a
/// cancelled collection is never cached. Concurrent collections of the source and its copies, on
/// any thread, share one collection of `source`: the first runs it, the others wait for its
/// outcome. If the first is cancelled, one of the others runs it.
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

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/mailbox.hpp>
#endif
