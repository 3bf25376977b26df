#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/shape.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/json/detail/kinds.hpp>
#include <ousage/json/detail/members.hpp>
#include <ousage/json/detail/supported.hpp>
#include <ousage/json/detail/texts.hpp>
#include <ousage/json/writer.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace OUSAGE_NAMESPACE::detail {

// An aggregate whose maps are written without entries that are empty lists, maps or objects. It
// declares `static constexpr bool omit_empty_entries = true;`.
template <class T>
concept OmitsEmptyEntries = requires { requires T::omit_empty_entries; };

// False for numbers that JSON cannot represent.
template <class T>
bool has_json(T const& value) {
    if constexpr (json_kind<T> == JsonKind::real) {
        return std::isfinite(value);
    } else if constexpr (json_kind<T> == JsonKind::duration) {
        return has_json(value.count());
    } else if constexpr (json_kind<T> == JsonKind::instant) {
        return has_json(value.time_since_epoch());
    } else {
        return true;
    }
}

template <class T>
bool is_entry_written(T const& value, bool omit_empty) {
    if constexpr (json_kind<T> == JsonKind::map || json_kind<T> == JsonKind::list) {
        return !omit_empty || !value.empty();
    } else {
        return has_json(value);
    }
}

// Whether a member is written. `initial` is the same member of a default-constructed object: an
// empty member is omitted only if a reader that finds no key leaves it empty.
template <bool OmitEmptyEntries, class T>
bool is_member_written(JsonWriter const& writer, T const& value, T const& initial) {
    [[maybe_unused]] auto const all = writer.empty_members() == EmptyMembers::written;
    if constexpr (json_kind<T> == JsonKind::optional) {
        return (value && has_json(*value)) || initial;
    } else if constexpr (json_kind<T> == JsonKind::map) {
        auto written = all || !initial.empty();
        for (auto const& [key, entry] : value) {
            written = written || is_entry_written(entry, OmitEmptyEntries);
        }
        return written;
    } else if constexpr (json_kind<T> == JsonKind::list) {
        return all || !value.empty() || !initial.empty();
    } else if constexpr (json_kind<T> == JsonKind::aggregate) {
        auto written = all;
        for_each_pair(value, initial, [&](std::string_view, auto const& a, auto const& b) {
            written = written || is_member_written<OmitsEmptyEntries<T>>(writer, a, b);
        });
        return written;
    } else {
        return has_json(value);
    }
}

template <class T>
void write_value(JsonWriter& writer, T const& value);

template <bool OmitEmptyEntries, class T>
void write_map(JsonWriter& writer, T const& values) {
    auto const omit_empty = OmitEmptyEntries && writer.empty_members() == EmptyMembers::left_out;
    writer.open('{');
    for (auto const& [key, value] : values) {
        if (is_entry_written(value, omit_empty)) {
            writer.key(key_text(key));
            write_value(writer, value);
        }
    }
    writer.close('}');
}

template <class T>
void write_element(JsonWriter& writer, T const& value) {
    writer.element();
    write_value(writer, value);
}

// A member of an aggregate that is written as text: numbers and booleans are strings.
template <class T>
void write_text(JsonWriter& writer, T const& value) {
    if constexpr (json_kind<T> == JsonKind::boolean) {
        writer.string(value ? "true" : "false");
    } else if constexpr (json_kind<T> == JsonKind::integer) {
        writer.string(std::to_string(value));
    } else if constexpr (json_kind<T> == JsonKind::optional) {
        if (value) {
            write_text(writer, *value);
        } else {
            writer.null();
        }
    } else {
        write_value(writer, value);
    }
}

template <class T>
void write_object(JsonWriter& writer, T const& object, T const& initial) {
    if constexpr (!members_supported<T, JsonUse::write>) {
        report_unsupported<T, JsonUse::write>();
    } else {
        auto const member = [&](std::string_view name, auto const& value, auto const& other) {
            using Member = std::remove_cvref_t<decltype(value)>;
            constexpr auto omit = OmitsEmptyEntries<T>;
            if (!is_member_written<omit>(writer, value, other)) {
                return;
            }
            writer.key(name);
            if constexpr (WrittenAsText<T>) {
                write_text(writer, value);
            } else if constexpr (json_kind<Member> == JsonKind::map) {
                write_map<omit>(writer, value);
            } else if constexpr (json_kind<Member> == JsonKind::aggregate) {
                write_object(writer, value, other);
            } else {
                write_value(writer, value);
            }
        };
        writer.open('{');
        if constexpr (Flattened<T>) {
            for_each_key_pair(object, initial, {}, member);
        } else {
            for_each_pair(object, initial, member);
        }
        writer.close('}');
    }
}

template <class T>
void write_instant(JsonWriter& writer, T const& time) {
    using Duration = typename T::duration;
    auto const count = time.time_since_epoch().count();
    if constexpr (has_rfc3339<Duration>) {
        auto text = std::string{};
        if (std::in_range<std::int64_t>(count)) {
            text = instant_text(
                static_cast<std::int64_t>(count), Duration::period::num, Duration::period::den);
        }
        if (!text.empty()) {
            writer.string(text);
            return;
        }
    }
    writer.number(count);
}

template <class T>
void write_value(JsonWriter& writer, T const& value) {
    using enum JsonKind;
    constexpr auto of = json_kind<T>;
    static_assert(is_supported<T, JsonUse::write>(), "ousage: this type cannot be written as JSON");
    if constexpr (!is_supported<T, JsonUse::write>()) {
        return;
    } else if constexpr (of == hook) {
        value.write_json(writer);
    } else if constexpr (of == boolean) {
        writer.boolean(value);
    } else if constexpr (of == character) {
        writer.string(character_text(value));
    } else if constexpr (of == integer || of == real) {
        writer.number(value);
    } else if constexpr (of == text || of == text_view) {
        writer.string(std::string_view(value));
    } else if constexpr (of == path) {
        auto const utf8 = value.u8string();
        writer.string({reinterpret_cast<char const*>(utf8.data()), utf8.size()});
    } else if constexpr (of == timestamp) {
        // RFC 3339 has offsets of whole minutes.
        auto time = value;
        time.offset_seconds -= time.offset_seconds % 60;
        writer.string(to_rfc3339(time));
    } else if constexpr (of == byte) {
        writer.number(static_cast<unsigned char>(value));
    } else if constexpr (of == enumerator) {
        if (auto const name = enum_name(value); !name.empty()) {
            writer.string(name);
        } else {
            writer.number(enum_number(value));
        }
    } else if constexpr (of == duration) {
        writer.number(value.count());
    } else if constexpr (of == instant) {
        write_instant(writer, value);
    } else if constexpr (of == error_code) {
        writer.string(error_code_text(value));
    } else if constexpr (of == unit) {
        writer.null();
    } else if constexpr (of == optional) {
        if (value) {
            write_value(writer, *value);
        } else {
            writer.null();
        }
    } else if constexpr (of == map) {
        write_map<false>(writer, value);
    } else if constexpr (of == list || of == array) {
        writer.open('[');
        for (auto const& element : value) {
            // The elements of std::vector<bool> are proxies.
            write_element<typename T::value_type>(writer, element);
        }
        writer.close(']');
    } else if constexpr (of == tuple) {
        writer.open('[');
        std::apply([&](auto const&... part) { (write_element(writer, part), ...); }, value);
        writer.close(']');
    } else if constexpr (of == variant) {
        writer.open('[');
        write_element(writer, static_cast<std::uint64_t>(value.index()));
        std::visit([&](auto const& held) { write_element(writer, held); }, value);
        writer.close(']');
    } else if constexpr (std::default_initializable<T>) {
        write_object(writer, value, T{});
    } else {
        write_object(writer, value, value);
    }
}

} // namespace OUSAGE_NAMESPACE::detail
