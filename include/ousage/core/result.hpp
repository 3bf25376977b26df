#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>

#include <utility>
#include <variant>

namespace OUSAGE_NAMESPACE {

/// A value, or the `Failure` that stands for it: how functions below a source report errors.
template <class T>
class [[nodiscard]] Result {
public:
    /// A result that holds a value.
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}

    /// A result that holds a failure.
    Result(Failure failure) : held_(std::in_place_index<1>, std::move(failure)) {}

    /// A failure from its code and its words for people.
    Result(Errc code, std::string text)
        : held_(std::in_place_index<1>, Failure{{}, make_error_code(code), std::move(text)}) {}

    /// True where there is a value.
    explicit operator bool() const noexcept { return held_.index() == 0; }

    /// The value; undefined where there is none.
    T& operator*() & noexcept { return *std::get_if<0>(&held_); }

    T const& operator*() const& noexcept { return *std::get_if<0>(&held_); }

    T&& operator*() && noexcept { return std::move(*std::get_if<0>(&held_)); }

    T* operator->() noexcept { return std::get_if<0>(&held_); }

    T const* operator->() const noexcept { return std::get_if<0>(&held_); }

    /// The failure; undefined where there is a value.
    Failure& failure() noexcept { return *std::get_if<1>(&held_); }

    Failure const& failure() const noexcept { return *std::get_if<1>(&held_); }

private:
    std::variant<T, Failure> held_;
};

} // namespace OUSAGE_NAMESPACE
