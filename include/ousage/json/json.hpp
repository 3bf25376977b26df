#pragma once

#include <ousage/config.hpp>
#include <ousage/json/detail/write.hpp>
#include <ousage/json/style.hpp>
#include <ousage/json/writer.hpp>

#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Writes a value at the current position of a writer. For a hook `void write_json(JsonWriter&)
/// const` that writes values of other types. See `to_json` for the types.
template <class T>
void write_json(JsonWriter& writer, T const& value) {
    detail::write_value(writer, value);
}

/// Writes any reflectable value as JSON, keys in the order of declaration. `read_json` reads an
/// equal value back. A type, or a member of an aggregate, that has no JSON form does not compile;
/// the error names the member. docs/embedding.md lists the types.
///
/// Members without a value are omitted: empty optionals, and with `EmptyMembers::left_out` also
/// empty lists, maps and objects. They are written as `null`, `[]` or `{}` if a
/// default-constructed object has another value there. All entries of maps and all elements of
/// lists are written.
///
/// Not read back equal, because JSON cannot represent them: numbers that are not finite, which are
/// `null` in an array and omitted in an object or a map; bytes of strings and paths that are not
/// UTF-8, which become U+FFFD; seconds in the offset of a Timestamp.
template <class T>
std::string to_json(
    T const& value, JsonStyle style = JsonStyle::pretty,
    EmptyMembers empty = EmptyMembers::left_out) {
    auto writer = JsonWriter(style, empty);
    detail::write_value(writer, value);
    return std::move(writer).text();
}

} // namespace OUSAGE_NAMESPACE
