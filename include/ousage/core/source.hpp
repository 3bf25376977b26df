#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/outcome.hpp>

#include <asio/awaitable.hpp>

#include <functional>
#include <string>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// A name, and a coroutine that fills a `T` as it goes. Sources are values: copies share what the
/// coroutine's function captured. Everything that a source awaits must be cancellable (a socket, a
/// timer) or abandonable (`offload`), because a deadline waits for what it cancelled.
template <class T>
class Source {
public:
    using Value = T;

    /// Fills the outcome in; may throw, may be cancelled at any `co_await`.
    using Function = std::function<asio::awaitable<void>(Outcome<T>&)>;

    /// A source from its name in every output and its function.
    Source(std::string name, Function function)
        : name_(std::move(name)), function_(std::move(function)) {}

    /// The name in `sources`, in diagnostics and in metrics.
    std::string const& name() const noexcept { return name_; }

    /// Runs the source. Never throws: whatever the function throws becomes a `Failure`, a
    /// cancellation one of code `Errc::cancelled`; then the state is settled. Both `*this` and
    /// `into` must outlive the coroutine.
    asio::awaitable<void> collect(Outcome<T>& into) const {
        auto work = run(into);
        co_await attempt(std::string(), std::move(work), into);
        into.settle();
    }

private:
    // A coroutine of its own, so that what the function throws before it suspends is caught too.
    asio::awaitable<void> run(Outcome<T>& into) const { co_await function_(into); }

    std::string name_;
    Function function_;
};

/// True for every `Source<T>`.
template <class S>
concept AnySource = requires { typename S::Value; } && std::is_same_v<S, Source<typename S::Value>>;

/// `source | with_timeout(2s)` is `with_timeout(source, 2s)`: any callable that takes a source.
template <class T, class Adaptor>
    requires std::is_invocable_v<Adaptor, Source<T>>
auto operator|(Source<T> source, Adaptor&& adaptor) {
    return std::forward<Adaptor>(adaptor)(std::move(source));
}

} // namespace OUSAGE_NAMESPACE
