#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>

#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

template <class U, class T, class F>
asio::awaitable<void> collect_transformed(Source<T> source, F function, Outcome<U>& into) {
    auto before = Outcome<T>{};
    before.deadline.follow(into.deadline);
    co_await source.collect(before);
    into.failures = std::move(before.failures);
    into.state = before.state;
    into.note = std::move(before.note);
    auto const has_value = before.has_value();
    into.measured = false; // if the function throws
    into.value = function(std::move(before.value));
    into.measured = has_value;
    into.concluded = before.concluded;
}

} // namespace detail

/// A source whose value is `function(value)`. State and failures are those of `source`, and it has
/// a value if `source` has one. An exception from `function` is added as a failure. `function` is
/// called once, even if nothing was filled in.
template <class T, class F>
[[nodiscard]] auto transform(Source<T> source, F function) {
    using U = std::decay_t<std::invoke_result_t<F&, T>>;
    auto name = source.name();
    auto collect = [source = std::move(source), function = std::move(function)](Outcome<U>& into) {
        return detail::collect_transformed<U>(source, function, into);
    };
    return Source<U>(std::move(name), std::move(collect));
}

/// The pipe form: `source | transform(function)`.
template <class F>
    requires(!AnySource<F>)
[[nodiscard]] auto transform(F function) {
    return [function = std::move(function)]<class T>(Source<T> source) {
        return transform(std::move(source), function);
    };
}

} // namespace OUSAGE_NAMESPACE
