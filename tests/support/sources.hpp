#pragma once

#include <ousage/core/source.hpp>
#include <ousage/testing/manual_clock.hpp>

#include <asio/basic_waitable_timer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace ousage::test {

/// Waits on the manual clock.
inline asio::awaitable<void> nap(ManualClock::duration time) {
    auto const executor = co_await asio::this_coro::executor;
    auto timer = asio::basic_waitable_timer<ManualClock>(executor, time);
    co_await timer.async_wait(asio::use_awaitable);
}

/// Partial results that the framework tests merge.
struct Left {
    std::optional<int> left;
    std::optional<int> early; ///< set before the wait
};

struct Right {
    std::optional<int> right;
};

template <class T>
asio::awaitable<void> nap_and_fill(ManualClock::duration time, T value, Outcome<T>& into) {
    co_await nap(time);
    into.value = value;
}

inline asio::awaitable<void> fill_early(ManualClock::duration time, Outcome<Left>& into) {
    into.value.early = 1;
    co_await nap(time);
    into.value.left = 2;
}

template <class T>
asio::awaitable<void> nap_and_throw(ManualClock::duration time, Outcome<T>&) {
    co_await nap(time);
    throw std::runtime_error("thrown by the source");
}

/// A source that sets its value after a wait.
template <class T>
Source<T> after(ManualClock::duration time, T value, std::string name = "after") {
    auto collect = [time, value](Outcome<T>& into) { return nap_and_fill(time, value, into); };
    return Source<T>(std::move(name), std::move(collect));
}

/// A source that sets `early` immediately and `left` after a wait.
inline Source<Left> in_two_steps(ManualClock::duration time, std::string name = "steps") {
    auto collect = [time](Outcome<Left>& into) { return fill_early(time, into); };
    return Source<Left>(std::move(name), std::move(collect));
}

/// A source that throws after a wait.
template <class T>
Source<T> throwing(ManualClock::duration time, std::string name = "throwing") {
    auto collect = [time](Outcome<T>& into) { return nap_and_throw<T>(time, into); };
    return Source<T>(std::move(name), std::move(collect));
}

/// A collection in progress, on a context that the test runs manually.
template <class T>
struct Collection {
    Source<T> source;
    Outcome<T> outcome{};
    bool done = false;

    Collection(asio::io_context& context, Source<T> what) : source(std::move(what)) {
        asio::co_spawn(context, source.collect(outcome), [this](std::exception_ptr error) {
            done = error == nullptr;
        });
        settle(context);
    }
};

/// Collects from a new source repeatedly. Each time stops and destroys the collection one handler
/// later, until it completes. It must not leak, hang or use freed memory (run under ASan). Returns
/// the number of handlers of a complete collection.
template <class Make>
std::size_t stop_after_every_handler(Make make) {
    for (std::size_t limit = 0; limit < 10'000; ++limit) {
        auto done = false;
        auto context = std::make_unique<asio::io_context>();
        auto source = make(*context);
        auto outcome = Outcome<typename decltype(source)::Value>{};
        asio::co_spawn(
            *context, source.collect(outcome), [&done](std::exception_ptr) { done = true; });
        std::size_t ran = 0;
        for (int step = 0; step < 100 && ran < limit; ++step) {
            context->restart();
            while (ran < limit && context->poll_one() > 0) {
                ++ran;
            }
            ManualClock::current += std::chrono::milliseconds(100);
        }
        context.reset();
        if (done) {
            return limit;
        }
    }
    return 0;
}

} // namespace ousage::test
