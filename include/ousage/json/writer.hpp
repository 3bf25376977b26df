#pragma once

#include <ousage/config.hpp>
#include <ousage/json/style.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Writes JSON text value by value. Adds commas and indentation. The caller must make the calls in
/// a valid order. `write_json` in json.hpp writes a whole value of any supported type.
class JsonWriter {
public:
    /// A writer with an empty text. `empty` applies to the members written by `write_json`.
    explicit JsonWriter(
        JsonStyle style = JsonStyle::pretty, EmptyMembers empty = EmptyMembers::left_out)
        : style_(style), empty_(empty) {}

    /// Whether `write_json` writes empty members.
    EmptyMembers empty_members() const noexcept { return empty_; }

    /// The text so far. It is complete after every `open` has a matching `close`.
    std::string const& text() const& noexcept { return text_; }

    std::string&& text() && noexcept { return std::move(text_); }

    /// Starts an object (`{`) or an array (`[`).
    void open(char bracket);

    /// Ends an object (`}`) or an array (`]`).
    void close(char bracket);

    /// Starts the next member of an object; the value follows.
    void key(std::string_view name);

    /// Starts the next element of an array; the value follows.
    void element();

    /// Writes a number in the shortest form that parses to the same value, or `null` if it is not
    /// finite.
    template <class T>
        requires(std::integral<T> || std::same_as<T, float> || std::same_as<T, double>)
    void number(T value) {
        if constexpr (std::floating_point<T>) {
            real(value);
        } else if constexpr (std::is_signed_v<T>) {
            integer(std::int64_t{value});
        } else {
            integer(std::uint64_t{value});
        }
    }

    /// Writes `true` or `false`.
    void boolean(bool value);

    /// Writes `null`.
    void null();

    /// Writes a string of any bytes. Each invalid UTF-8 byte becomes U+FFFD.
    void string(std::string_view value);

private:
    void integer(std::int64_t value);
    void integer(std::uint64_t value);
    void real(float value);
    void real(double value);
    void new_line();

    std::string text_;
    JsonStyle style_;
    EmptyMembers empty_;
    std::size_t depth_ = 0;
    bool first_ = true;
};

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/json/impl/writer.hpp>
#endif
