#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/in_time.hpp>
#include <ousage/core/source.hpp>

#include <chrono>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Reports operations that the deadline cancelled as timed out instead of cancelled.
template <class T>
void strike(Outcome<T>& into) {
    for (auto& failure : into.failures) {
        if (failure.code == Errc::cancelled) {
            failure.code = Errc::timeout;
            failure.text.clear();
        }
    }
    into.settle();
}

template <class Clock, class T>
asio::awaitable<void>
collect_in_time(Source<T> source, typename Clock::duration limit, Outcome<T>& into) {
    auto work = source.collect(into);
    auto const verdict = co_await in_time<Clock>(std::move(work), limit);
    if (verdict == Verdict::late) {
        strike(into);
    }
}

} // namespace detail

/// Gives `source` a deadline. The source is cancelled after `limit`, and its outcome keeps the
/// members filled in so far. The state is then `partial`, or `timeout` if nothing was filled in.
/// `duration::max()` means no limit and returns `source` unchanged. `Clock` is a parameter for
/// tests.
template <class Clock = std::chrono::steady_clock, class T>
Source<T> with_timeout(Source<T> source, typename Clock::duration limit) {
    if (limit == Clock::duration::max()) {
        return source;
    }
    auto collect = [source, limit](Outcome<T>& into) {
        return detail::collect_in_time<Clock>(source, limit, into);
    };
    return source.with(std::move(collect));
}

/// The pipe form: `source | with_timeout(2s)`.
template <class Clock = std::chrono::steady_clock>
auto with_timeout(typename Clock::duration limit) {
    return [limit]<class T>(Source<T> source) {
        return with_timeout<Clock>(std::move(source), limit);
    };
}

} // namespace OUSAGE_NAMESPACE
