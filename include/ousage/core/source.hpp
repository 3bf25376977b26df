#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/core/result.hpp>
#include <ousage/core/source_traits.hpp>

#include <asio/awaitable.hpp>
#include <asio/use_awaitable.hpp>

#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

// One call of the function of a source, without the type of its value.
struct SourceCall {
    void const* function;
    asio::awaitable<void> (*start)(void const* function, OutcomeBase& into);
    void (*settle)(OutcomeBase& into);
};

OUSAGE_DECL asio::awaitable<void> collect(SourceCall call, OutcomeBase& into);

// Derives the state of an `Outcome<T>`.
template <class T>
void settle(OutcomeBase& into) {
    static_cast<Outcome<T>&>(into).settle();
}

// The value type of a function that returns an awaitable of T or of Result<T>.
template <class T>
struct ReturnedValue {};

template <class T>
struct ReturnedValue<asio::awaitable<T>> {
    using type = T;
};

template <class T>
struct ReturnedValue<asio::awaitable<Result<T>>> {
    using type = T;
};

template <>
struct ReturnedValue<asio::awaitable<void>> {};

template <class F>
using ReturnedBy = typename ReturnedValue<std::invoke_result_t<F const&>>::type;

template <class F, class T>
concept Returns = std::is_same_v<ReturnedBy<F>, T>;

template <class T>
asio::awaitable<void> store(asio::awaitable<T> work, Outcome<T>& into) {
    auto value = co_await std::move(work);
    into.value = std::move(value);
    into.measured = true;
}

template <class T>
asio::awaitable<void> store(asio::awaitable<Result<T>> work, Outcome<T>& into) {
    auto result = co_await std::move(work);
    if (result) {
        into.value = std::move(*result);
        into.measured = true;
    } else {
        into.fail({}, std::move(result.failure()));
    }
}

} // namespace detail

/// A name, and a coroutine that fills in a `T` as it runs. A source is a value; a copy copies the
/// captures of the function. Every operation that a source awaits must support cancellation (a
/// socket, a timer) or be abandonable (`offload`), because a deadline waits until the cancelled
/// source has ended.
template <class T>
class [[nodiscard]] Source {
public:
    using Value = T;

    /// Fills in the outcome. It may throw, and may be cancelled at any `co_await`.
    using Function = std::function<asio::awaitable<void>(Outcome<T>&)>;

    /// A source from its name in every output and its function; a merge also passes the
    /// descriptions of the sources that it is composed of.
    Source(std::string name, Function function, std::vector<SourceDescription> merged = {})
        : name_(std::move(name)), function_(std::move(function)), merged_(std::move(merged)) {}

    /// A source whose name is the one that the traits of its part state.
    explicit Source(Function function)
        requires requires { SourceTraits<T>::name; }
        : Source(std::string(SourceTraits<T>::name), std::move(function)) {}

    /// A source from a coroutine without parameters that returns an `awaitable<T>` or an
    /// `awaitable<Result<T>>`. A returned value counts as measured, whatever it is.
    template <class F>
        requires detail::Returns<F, T>
    Source(std::string name, F function)
        : Source(std::move(name), Function([function = std::move(function)](Outcome<T>& into) {
                     return detail::store(function(), into);
                 })) {}

    /// Rejects every other function, with one sentence.
    template <class F>
        requires(!std::is_constructible_v<Function, F> && !detail::Returns<F, T>)
    Source(std::string, F) {
        static_assert(
            !sizeof(F*),
            "ousage::Source: the function must take Outcome<T>& and return asio::awaitable<void>, "
            "or "
            "take nothing and return asio::awaitable<T> or asio::awaitable<Result<T>>");
    }

    /// This source under the same name, collected by another function.
    Source with(Function function) const { return Source(name_, std::move(function), merged_); }

    /// This source under another name.
    Source with_name(std::string name) const { return Source(std::move(name), function_, merged_); }

    /// The sources that a merge is composed of, in the order of the output; of any other source
    /// itself alone.
    std::vector<SourceDescription> parts() const {
        if (merged_.empty()) {
            return {describe_source<T>(name_)};
        }
        return merged_;
    }

    /// The name in `sources`, in diagnostics and in metrics.
    std::string const& name() const noexcept { return name_; }

    /// Runs the source, then derives the state of the outcome. Never throws: an exception from the
    /// function becomes a `Failure`, and a cancellation becomes a `Failure` with the code
    /// `Errc::cancelled`; after a deadline, `Errc::timeout`. Sets `into.elapsed`. Both `*this` and
    /// `into` must outlive the coroutine.
    [[nodiscard]] asio::awaitable<void> collect(Outcome<T>& into) const& {
        auto const start = [](void const* function, OutcomeBase& outcome) {
            return (*static_cast<Function const*>(function))(static_cast<Outcome<T>&>(outcome));
        };
        return detail::collect(detail::SourceCall{&function_, start, detail::settle<T>}, into);
    }

    /// The same for a temporary source, which the coroutine owns. Only `into` must outlive it.
    [[nodiscard]] asio::awaitable<void> collect(Outcome<T>& into) && {
        return collect_owned(std::move(*this), into);
    }

    [[nodiscard]] asio::awaitable<void> collect(Outcome<T>& into) const&& {
        return collect_owned(*this, into);
    }

private:
    static asio::awaitable<void> collect_owned(Source source, Outcome<T>& into) {
        co_await std::as_const(source).collect(into);
    }

    std::string name_;
    Function function_;
    std::vector<SourceDescription> merged_;
};

/// `Source("power", read_power)` has the value type that the coroutine returns.
template <class F>
Source(std::string, F) -> Source<detail::ReturnedBy<F>>;

/// Satisfied by every `Source<T>`.
template <class S>
concept AnySource = requires { typename S::Value; } && std::is_same_v<S, Source<typename S::Value>>;

/// Calls `adaptor` with `source`: `source | with_timeout(2s)` is `with_timeout(source, 2s)`. An
/// adaptor is any callable that accepts the source.
template <class T, class Adaptor>
    requires std::is_invocable_v<Adaptor, Source<T>>
[[nodiscard]] auto operator|(Source<T> source, Adaptor&& adaptor) {
    return std::forward<Adaptor>(adaptor)(std::move(source));
}

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/source.hpp>
#endif
