#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE {

class JsonElements;
class JsonMembers;

namespace detail {

struct JsonAccess;

} // namespace detail

/// One value of a parsed JSON text. It is two words, copied by value, and is valid as long as its
/// `JsonDocument` is neither destroyed nor used to parse another text.
class JsonValue {
public:
    /// A null.
    JsonValue() = default;

    /// True for `null`.
    bool is_null() const noexcept;

    /// True for an array.
    bool is_array() const noexcept;

    /// True for an object.
    bool is_object() const noexcept;

    /// The text of a string; empty for any other value.
    std::optional<std::string_view> string() const noexcept;

    /// A boolean; empty for any other value.
    std::optional<bool> boolean() const noexcept;

    /// The nearest double of a number; empty for any other value.
    std::optional<double> number() const noexcept;

    /// A whole number in the range of the type, such as `12` or `1.2e1`; empty for any other value.
    /// A number with a fraction or an exponent must be less than 9e15.
    std::optional<std::int64_t> integer() const noexcept;
    std::optional<std::uint64_t> unsigned_integer() const noexcept;

    /// The first member of an object with that key; empty if there is none.
    std::optional<JsonValue> find(std::string_view key) const noexcept;

    /// The number of elements of an array or members of an object; 0 for any other value.
    std::size_t size() const noexcept;

    /// The elements of an array, in order; none for any other value.
    JsonElements elements() const noexcept;

    /// The members of an object, in order; none for any other value.
    JsonMembers members() const noexcept;

private:
    friend detail::JsonAccess;

    void const* document_ = nullptr;
    std::size_t index_ = 0;
};

/// A member of an object.
struct JsonMember {
    std::string_view key; ///< decoded, valid as long as the value
    JsonValue value;
};

namespace detail {

// A range over the children of a JSON value. `Item` is JsonValue or JsonMember.
template <class Item>
class JsonRange {
public:
    class Iterator {
    public:
        Item const& operator*() const noexcept { return item_; }

        Iterator& operator++() noexcept;

        bool operator!=(Iterator const& other) const noexcept { return index_ != other.index_; }

    private:
        friend JsonRange;
        friend JsonAccess;

        void load() noexcept;

        void const* document_ = nullptr;
        std::size_t index_ = 0;
        std::size_t end_ = 0;
        Item item_{};
    };

    Iterator begin() const noexcept { return begin_; }

    Iterator end() const noexcept {
        auto end = Iterator{};
        end.index_ = begin_.end_;
        return end;
    }

    bool empty() const noexcept { return begin_.index_ == begin_.end_; }

private:
    friend JsonAccess;

    Iterator begin_;
};

// Defined in impl/.
template <>
OUSAGE_DECL void JsonRange<JsonValue>::Iterator::load() noexcept;
template <>
OUSAGE_DECL JsonRange<JsonValue>::Iterator& JsonRange<JsonValue>::Iterator::operator++() noexcept;
template <>
OUSAGE_DECL void JsonRange<JsonMember>::Iterator::load() noexcept;
template <>
OUSAGE_DECL JsonRange<JsonMember>::Iterator& JsonRange<JsonMember>::Iterator::operator++() noexcept;

} // namespace detail

/// The elements of an array, for a range-based `for`.
class JsonElements : public detail::JsonRange<JsonValue> {};

/// The members of an object, for a range-based `for`.
class JsonMembers : public detail::JsonRange<JsonMember> {};

/// A parsed JSON text.
class JsonDocument {
public:
    JsonDocument();
    ~JsonDocument();
    JsonDocument(JsonDocument const&) = delete;
    JsonDocument& operator=(JsonDocument const&) = delete;

    /// Parses `text`, which need not outlive the call. On error, returns a failure with the code
    /// `Errc::parse`; it never contains the text itself. The nesting limit is 1,024 levels. A
    /// number out of the range of double is read as null.
    std::optional<Failure> parse(std::string_view text);

    /// The value of the text; null before a text was parsed.
    JsonValue root() const noexcept { return root_; }

private:
    struct Parser;

    std::unique_ptr<Parser> parser_;
    JsonValue root_;
};

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/json/impl/value.hpp>
#endif
