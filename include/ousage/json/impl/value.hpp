#pragma once

#include <ousage/json/value.hpp>

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Converts between the handles of simdjson and those of value.hpp. Both are a pointer to the
// document and an index. `bit_cast` checks the size and that copying is trivial.
struct JsonAccess {
    struct Raw {
        void const* document;
        std::size_t index;
    };

    template <class T>
    static T element(void const* document, std::size_t index) noexcept {
        return std::bit_cast<T>(Raw{document, index});
    }

    static simdjson::dom::element element(JsonValue value) noexcept {
        return element<simdjson::dom::element>(value.document_, value.index_);
    }

    static JsonValue value(simdjson::dom::element element) noexcept {
        auto const raw = std::bit_cast<Raw>(element);
        auto value = JsonValue{};
        value.document_ = raw.document;
        value.index_ = raw.index;
        return value;
    }

    template <class T>
    static std::optional<T> get(JsonValue value) noexcept {
        auto result = T{};
        auto const found =
            value.document_ != nullptr && element(value).get(result) == simdjson::SUCCESS;
        return found ? std::optional<T>(result) : std::nullopt;
    }

    template <class T>
    static std::optional<T> whole(JsonValue value) noexcept {
        if (auto const exact = get<T>(value)) {
            return exact;
        }
        auto const real = get<double>(value);
        auto const fits = real && std::trunc(*real) == *real && std::abs(*real) < 9e15 &&
                          std::in_range<T>(static_cast<std::int64_t>(*real));
        return fits ? std::optional<T>(static_cast<T>(*real)) : std::nullopt;
    }

    template <class Range, class Container>
    static Range range(JsonValue value) noexcept {
        auto range = Range{};
        if (auto const container = get<Container>(value)) {
            auto const begin = std::bit_cast<Raw>(container->begin());
            range.begin_.document_ = begin.document;
            range.begin_.index_ = begin.index;
            range.begin_.end_ = std::bit_cast<Raw>(container->end()).index;
            range.begin_.load();
        }
        return range;
    }

    template <class Iterator, class Self>
    static Iterator position(Self const& self) noexcept {
        return element<Iterator>(self.document_, self.index_);
    }

    template <class Iterator, class Self>
    static void advance(Self& self) noexcept {
        auto position = JsonAccess::position<Iterator>(self);
        ++position;
        self.index_ = std::bit_cast<Raw>(position).index;
        self.load();
    }
};

template <>
OUSAGE_DECL void JsonRange<JsonValue>::Iterator::load() noexcept {
    if (index_ != end_) {
        item_ = JsonAccess::value(*JsonAccess::position<simdjson::dom::array::iterator>(*this));
    }
}

template <>
OUSAGE_DECL JsonRange<JsonValue>::Iterator& JsonRange<JsonValue>::Iterator::operator++() noexcept {
    JsonAccess::advance<simdjson::dom::array::iterator>(*this);
    return *this;
}

template <>
OUSAGE_DECL void JsonRange<JsonMember>::Iterator::load() noexcept {
    if (index_ != end_) {
        auto const position = JsonAccess::position<simdjson::dom::object::iterator>(*this);
        item_ = {position.key(), JsonAccess::value(position.value())};
    }
}

template <>
OUSAGE_DECL JsonRange<JsonMember>::Iterator&
JsonRange<JsonMember>::Iterator::operator++() noexcept {
    JsonAccess::advance<simdjson::dom::object::iterator>(*this);
    return *this;
}

// Returns a JSON number in a form that simdjson accepts. An integer out of the range of 64 bits
// becomes a real number, and a number out of the range of double becomes null.
inline std::string representable_number(std::string_view number) {
    auto const* const end = number.data() + number.size();
    auto const out_of_range = [&number, end](auto value) {
        return std::from_chars(number.data(), end, value).ec == std::errc::result_out_of_range;
    };
    auto const is_small = number.find("e-") != number.npos || number.find("E-") != number.npos;
    if (!is_small && out_of_range(double{})) {
        return "null";
    }
    auto const is_integer = number.find_first_of(".eE") == number.npos;
    auto const is_large =
        number.starts_with('-') ? out_of_range(std::int64_t{}) : out_of_range(std::uint64_t{});
    return std::string(number) + (is_integer && is_large ? "e0" : "");
}

// Returns the document with representable numbers. simdjson rejects a whole document for one
// number out of range.
inline std::string with_representable_numbers(std::string_view text) {
    auto result = std::string{};
    for (std::size_t at = 0; at < text.size();) {
        auto end = at + 1;
        if (text[at] == '"') {
            while (end < text.size() && text[end] != '"') {
                end += text[end] == '\\' ? std::size_t{2} : std::size_t{1};
            }
            end = std::min(end + 1, text.size());
            result += text.substr(at, end - at);
        } else if (text[at] == '-' || (text[at] >= '0' && text[at] <= '9')) {
            end = std::min(text.find_first_not_of("+-.0123456789eE", at), text.size());
            result += representable_number(text.substr(at, end - at));
        } else {
            result += text[at];
        }
        at = end;
    }
    return result;
}

} // namespace detail

OUSAGE_DECL bool JsonValue::is_null() const noexcept {
    return document_ == nullptr || detail::JsonAccess::element(*this).is_null();
}

OUSAGE_DECL bool JsonValue::is_array() const noexcept {
    return document_ != nullptr && detail::JsonAccess::element(*this).is_array();
}

OUSAGE_DECL bool JsonValue::is_object() const noexcept {
    return document_ != nullptr && detail::JsonAccess::element(*this).is_object();
}

OUSAGE_DECL std::optional<std::string_view> JsonValue::string() const noexcept {
    return detail::JsonAccess::get<std::string_view>(*this);
}

OUSAGE_DECL std::optional<bool> JsonValue::boolean() const noexcept {
    return detail::JsonAccess::get<bool>(*this);
}

OUSAGE_DECL std::optional<double> JsonValue::number() const noexcept {
    return detail::JsonAccess::get<double>(*this);
}

OUSAGE_DECL std::optional<std::int64_t> JsonValue::integer() const noexcept {
    return detail::JsonAccess::whole<std::int64_t>(*this);
}

OUSAGE_DECL std::optional<std::uint64_t> JsonValue::unsigned_integer() const noexcept {
    return detail::JsonAccess::whole<std::uint64_t>(*this);
}

OUSAGE_DECL std::optional<JsonValue> JsonValue::find(std::string_view key) const noexcept {
    auto const object = detail::JsonAccess::get<simdjson::dom::object>(*this);
    auto element = simdjson::dom::element{};
    if (!object || object->at_key(key).get(element) != simdjson::SUCCESS) {
        return std::nullopt;
    }
    return detail::JsonAccess::value(element);
}

OUSAGE_DECL std::size_t JsonValue::size() const noexcept {
    std::size_t count = 0;
    for ([[maybe_unused]] auto const element : elements()) {
        ++count;
    }
    for ([[maybe_unused]] auto const& member : members()) {
        ++count;
    }
    return count;
}

OUSAGE_DECL JsonElements JsonValue::elements() const noexcept {
    return detail::JsonAccess::range<JsonElements, simdjson::dom::array>(*this);
}

OUSAGE_DECL JsonMembers JsonValue::members() const noexcept {
    return detail::JsonAccess::range<JsonMembers, simdjson::dom::object>(*this);
}

struct JsonDocument::Parser {
    simdjson::dom::parser parser;
};

OUSAGE_DECL JsonDocument::JsonDocument() : parser_(std::make_unique<Parser>()) {}

OUSAGE_DECL JsonDocument::~JsonDocument() = default;

OUSAGE_DECL std::optional<Failure> JsonDocument::parse(std::string_view text) {
    auto const failure = [](std::string words) {
        return Failure{{}, make_error_code(Errc::parse), std::move(words)};
    };
    root_ = {};
    if (text.find_first_not_of(" \t\r\n") == text.npos) {
        return failure("the document is empty");
    }
    auto root = simdjson::dom::element{};
    auto code = parser_->parser.parse(text.data(), text.size()).get(root);
    if (code != simdjson::SUCCESS) {
        auto const other = detail::with_representable_numbers(text);
        if (other != text) {
            code = parser_->parser.parse(other.data(), other.size()).get(root);
        }
    }
    if (code != simdjson::SUCCESS) {
        return failure("not JSON: " + std::string(simdjson::error_message(code)));
    }
    root_ = detail::JsonAccess::value(root);
    return std::nullopt;
}

} // namespace OUSAGE_NAMESPACE
