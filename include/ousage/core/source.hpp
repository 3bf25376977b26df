#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/core/source_traits.hpp>

#include <asio/awaitable.hpp>

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
