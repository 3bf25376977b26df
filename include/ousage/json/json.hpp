#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/equal.hpp>
#include <ousage/core/shape.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/json/writer.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// Whether empty members (lists, maps and objects) are written.
enum class EmptyMembers {
    left_out, ///< omit keys without a value, as in a snapshot
    written,  ///< write empty values, such as the `errors` of a log entry
};

namespace detail {

class JsonFormat {
public:
    JsonFormat(JsonStyle style, EmptyMembers empty) : writer_(style), empty_(empty) {}

    std::string take() && { return std::move(writer_).text(); }

    void write(std::string_view value) { writer_.string(value); }

    void write(std::string const& value) { writer_.string(value); }

    void write(bool value) { writer_.boolean(value); }

    void write(Timestamp const& value) { writer_.string(to_rfc3339(value)); }

    template <class T>
        requires(std::integral<T> || std::floating_point<T>)
    void write(T value) {
        writer_.number(value);
    }

    template <class T>
        requires std::is_enum_v<T>
    void write(T value) {
        writer_.string(enum_name(value));
    }

    template <class T>
    void write(std::vector<T> const& values) {
        writer_.open('[');
        for (auto const& value : values) {
            writer_.element();
            write(value);
        }
        writer_.close(']');
    }

    template <class T>
    void write(std::map<std::string, T> const& values) {
        writer_.open('{');
        for (auto const& [name, value] : values) {
            this->member(name, value);
        }
        writer_.close('}');
    }

    template <Reflectable T>
    void write(T const& object) {
        writer_.open('{');
        if constexpr (Flattened<T>) {
            for_each_key(object, [this](std::string const& name, auto const& value) {
                this->member(name, value);
            });
        } else if constexpr (WrittenAsText<T>) {
            for_each_member(object, [this](std::string_view name, auto const& value) {
                this->text_member(name, value);
            });
        } else {
            for_each_member(object, [this](std::string_view name, auto const& value) {
                this->member(name, value);
            });
        }
        writer_.close('}');
    }

private:
    template <class T>
    void member(std::string_view name, std::optional<T> const& value) {
        if constexpr (std::is_floating_point_v<T>) {
            if (value) {
                member(name, *value);
            }
        } else if (value) {
            writer_.key(name);
            write(*value);
        }
    }

    template <class T>
    void member(std::string_view name, T const& value) {
        if (is_written(value)) {
            writer_.key(name);
            write(value);
        }
    }

    template <class T>
    void text_member(std::string_view name, std::optional<T> const& value) {
        if (!value) {
            return;
        }
        writer_.key(name);
        if constexpr (std::is_same_v<T, bool>) {
            writer_.string(*value ? "true" : "false");
        } else if constexpr (std::is_integral_v<T>) {
            writer_.string(fmt::format(FMT_STRING("{}"), *value));
        } else {
            write(*value);
        }
    }

    template <class T>
    bool is_written(T const& value) const {
        if constexpr (std::is_floating_point_v<T>) {
            return std::isfinite(value);
        } else if constexpr (std::is_same_v<T, std::string>) {
            return true;
        } else if constexpr (requires { typename T::mapped_type; }) {
            // A map is empty if all its members are omitted.
            return empty_ == EmptyMembers::written ||
                   std::any_of(value.begin(), value.end(), [this](auto const& member) {
                       return this->is_written(member.second);
                   });
        } else if constexpr (requires { value.empty(); }) {
            return empty_ == EmptyMembers::written || !value.empty();
        } else if constexpr (Reflectable<T> && !std::is_same_v<T, Timestamp>) {
            return empty_ == EmptyMembers::written || !is_empty(value);
        } else {
            return true;
        }
    }

    JsonWriter writer_;
    EmptyMembers empty_;
};

} // namespace detail

/// Writes any reflectable value as JSON, keys in the order of declaration. Omits empty optionals
/// and numbers that are not finite. Numbers have the shortest form that parses to the same value.
/// Enumerators are written by name, time stamps as RFC 3339, and invalid UTF-8 bytes as U+FFFD.
template <class T>
std::string to_json(
    T const& value, JsonStyle style = JsonStyle::pretty,
    EmptyMembers empty = EmptyMembers::left_out) {
    auto format = detail::JsonFormat(style, empty);
    format.write(value);
    return std::move(format).take();
}

} // namespace OUSAGE_NAMESPACE
