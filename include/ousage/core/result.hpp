#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>

#include <utility>
#include <variant>

namespace OUSAGE_NAMESPACE {

/// A value or a `Failure`. Functions called by a source return it to report errors.
template <class T>
class [[nodiscard]] Result {
public:
    /// A result that holds a value.
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}

    /// A result that holds a failure.
    Result(Failure failure) : held_(std::in_place_index<1>, std::move(failure)) {}

    /// A result that holds a failure with that code and human-readable text.
    Result(Errc code, std::string text)
        : held_(std::in_place_index<1>, Failure{{}, make_error_code(code), std::move(text)}) {}

    /// True if the result holds a value.
    explicit operator bool() const noexcept { return held_.index() == 0; }

    /// The value; undefined behaviour if there is none.
    T& operator*() & noexcept { return *std::get_if<0>(&held_); }

    T const& operator*() const& noexcept { return *std::get_if<0>(&held_); }

    T&& operator*() && noexcept { return std::move(*std::get_if<0>(&held_)); }

    T* operator->() noexcept { return std::get_if<0>(&held_); }

    T const* operator->() const noexcept { return std::get_if<0>(&held_); }

    /// The failure; undefined behaviour if there is none.
    Failure& failure() noexcept { return *std::get_if<1>(&held_); }

    Failure const& failure() const noexcept { return *std::get_if<1>(&held_); }

private:
    std::variant<T, Failure> held_;
};

} // namespace OUSAGE_NAMESPACE
