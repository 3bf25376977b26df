#pragma once

#include <ousage/core/outcome.hpp>

#include <asio/awaitable.hpp>
#include <asio/error.hpp>

#include <exception>
#include <functional>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

namespace ousage {

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
        try {
            co_await function_(into);
        } catch (std::system_error const& error) {
            report(into, error);
        } catch (std::exception const& error) {
            into.fail({}, Errc::exception, error.what());
        } catch (...) {
            into.fail({}, Errc::exception, "an exception of unknown type");
        }
        into.settle();
    }

private:
    static void report(Outcome<T>& into, std::system_error const& error) {
        if (error.code() == asio::error::operation_aborted) {
            into.fail({}, Errc::cancelled, {});
        } else {
            into.failures.push_back(Failure{{}, error.code(), error.what()});
        }
    }

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

} // namespace ousage
