#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/wait_for.hpp>
#include <ousage/core/source.hpp>

#include <chrono>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Runs `work`, which collects into `into`, until `deadline` ends, then cancels it and waits until
// it has ended. Neither throws.
OUSAGE_DECL asio::awaitable<void>
collect_within(asio::awaitable<void> work, asio::awaitable<void> deadline, OutcomeBase& into);

} // namespace detail

/// Gives `source` a deadline. The source is cancelled after `limit`, and its outcome keeps the
/// members filled in so far. The state is then `partial`, or `timeout` if nothing was filled in; it
/// is never `ok`, even if the source ignores or hides the cancellation. The same holds for each
/// source of a merge that had not ended.
/// `duration::max()` means no limit and returns `source` unchanged. `Clock` is a parameter for
/// tests.
template <class Clock = std::chrono::steady_clock, class T>
[[nodiscard]] Source<T> with_timeout(Source<T> source, typename Clock::duration limit) {
    if (limit == Clock::duration::max()) {
        return source;
    }
    auto collect = [source, limit](Outcome<T>& into) {
        auto work = source.collect(into);
        auto deadline = detail::wait_for<Clock>(limit);
        return detail::collect_within(std::move(work), std::move(deadline), into);
    };
    return source.with(std::move(collect));
}

/// The pipe form: `source | with_timeout(2s)`.
template <class Clock = std::chrono::steady_clock>
[[nodiscard]] auto with_timeout(typename Clock::duration limit) {
    return [limit]<class T>(Source<T> source) {
        return with_timeout<Clock>(std::move(source), limit);
    };
}

/// Collects `source` as `with_timeout` does, with a deadline that may be moved meanwhile: it passes
/// when `timer` expires or is cancelled. To end the collection now, call `timer.expires_after` with
/// a duration of 0. The arguments must outlive the coroutine, which runs on the timer's thread.
template <class Timer, class T>
[[nodiscard]] asio::awaitable<void>
collect_until(Source<T> const& source, Timer& timer, Outcome<T>& into) {
    auto work = source.collect(into);
    auto deadline = detail::wait_quietly(timer);
    return detail::collect_within(std::move(work), std::move(deadline), into);
}

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/with_timeout.hpp>
#endif
