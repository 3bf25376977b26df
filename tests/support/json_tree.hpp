#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ousage::test {

/// A parsed JSON text, for tests that compare output with recorded values. Owns its content. The
/// definitions are compiled once, because a file that includes simdjson.h needs 200 MB more.
class JsonTree {
public:
    /// A null.
    JsonTree() = default;

    /// Parses a text; throws std::runtime_error if it is not valid JSON.
    explicit JsonTree(std::string const& text);

    bool is_array() const noexcept { return kind_ == Kind::array; }

    bool is_object() const noexcept { return kind_ == Kind::object; }

    /// The elements of an array or the values of an object; throws for any other value.
    std::vector<JsonTree> const& children() const;

    /// The keys of an object, in the order of `children`; throws for any other value.
    std::vector<std::string> const& keys() const;

    /// The first member with that key; a null pointer if there is none or this is not an object.
    JsonTree const* find(std::string_view key) const noexcept;

    /// The first member with that key; throws if there is none.
    JsonTree const& operator[](std::string_view key) const;

    /// The element with that index; throws if there is none.
    JsonTree const& at(std::size_t index) const { return children().at(index); }

    /// The values of a string, a boolean and a number; empty for any other value, and for a number
    /// that is not in the range of the type.
    std::optional<std::string> string() const;
    std::optional<bool> boolean() const;
    std::optional<double> number() const;
    std::optional<std::int64_t> integer() const;
    std::optional<std::uint64_t> unsigned_integer() const;

    /// The same; throw instead of returning an empty value.
    std::string to_string() const;
    bool to_bool() const;
    double to_double() const;
    std::int64_t to_int() const;
    std::uint64_t to_uint() const;

    /// True for the same types, values and order of elements; the order of members may differ.
    friend bool operator==(JsonTree const& left, JsonTree const& right);

private:
    friend struct JsonTreeBuilder;
    enum class Kind { null, boolean, number, string, array, object };

    Kind kind_ = Kind::null;
    std::string text_; // of a string; the JSON of a boolean or number
    std::vector<std::string> keys_;
    std::vector<JsonTree> children_;
};

} // namespace ousage::test
