#include "json_tree.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace ousage::test {

struct JsonTreeBuilder {
    using Kind = JsonTree::Kind;

    static JsonTree build(simdjson::dom::element element) {
        auto tree = JsonTree();
        switch (element.type()) {
        case simdjson::dom::element_type::ARRAY:
            tree.kind_ = Kind::array;
            for (auto const child : simdjson::dom::array(element)) {
                tree.children_.push_back(build(child));
            }
            break;
        case simdjson::dom::element_type::OBJECT:
            tree.kind_ = Kind::object;
            for (auto const [key, child] : simdjson::dom::object(element)) {
                tree.keys_.emplace_back(key);
                tree.children_.push_back(build(child));
            }
            break;
        case simdjson::dom::element_type::STRING:
            tree.kind_ = Kind::string;
            tree.text_ = std::string_view(element);
            break;
        case simdjson::dom::element_type::NULL_VALUE: break;
        case simdjson::dom::element_type::BOOL:
            tree.kind_ = Kind::boolean;
            tree.text_ = bool(element) ? "true" : "false";
            break;
        default: tree.kind_ = Kind::number; tree.text_ = simdjson::minify(element);
        }
        return tree;
    }
};

namespace {

template <class Number>
std::optional<Number> parse(std::string const& text) {
    auto number = Number{};
    auto const* const end = text.data() + text.size();
    auto const [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && rest == end ? std::optional(number) : std::nullopt;
}

template <class T>
T checked(std::optional<T> value, char const* what) {
    if (!value) {
        throw std::runtime_error(std::string("this JSON value is not ") + what);
    }
    return *value;
}

} // namespace

JsonTree::JsonTree(std::string const& text) {
    auto parser = simdjson::dom::parser();
    auto element = simdjson::dom::element();
    if (auto const error = parser.parse(text).get(element)) {
        throw std::runtime_error(simdjson::error_message(error) + (": " + text));
    }
    *this = JsonTreeBuilder::build(element);
}

std::vector<JsonTree> const& JsonTree::children() const {
    if (!is_array() && !is_object()) {
        throw std::runtime_error("this JSON value is neither an array nor an object");
    }
    return children_;
}

std::vector<std::string> const& JsonTree::keys() const {
    if (!is_object()) {
        throw std::runtime_error("this JSON value is not an object");
    }
    return keys_;
}

JsonTree const* JsonTree::find(std::string_view key) const noexcept {
    auto const found = std::find(keys_.begin(), keys_.end(), key);
    return found == keys_.end() ? nullptr : &children_[std::size_t(found - keys_.begin())];
}

JsonTree const& JsonTree::operator[](std::string_view key) const {
    auto const* const found = find(key);
    if (found == nullptr) {
        throw std::runtime_error("this JSON value has no member " + std::string(key));
    }
    return *found;
}

std::optional<std::string> JsonTree::string() const {
    return kind_ == Kind::string ? std::optional(text_) : std::nullopt;
}

std::optional<bool> JsonTree::boolean() const {
    return kind_ == Kind::boolean ? std::optional(text_ == "true") : std::nullopt;
}

std::optional<double> JsonTree::number() const {
    return kind_ == Kind::number ? parse<double>(text_) : std::nullopt;
}

std::optional<std::int64_t> JsonTree::integer() const {
    return kind_ == Kind::number ? parse<std::int64_t>(text_) : std::nullopt;
}

std::optional<std::uint64_t> JsonTree::unsigned_integer() const {
    return kind_ == Kind::number ? parse<std::uint64_t>(text_) : std::nullopt;
}

std::string JsonTree::to_string() const {
    return checked(string(), "a string");
}

bool JsonTree::to_bool() const {
    return checked(boolean(), "a boolean");
}

double JsonTree::to_double() const {
    return checked(number(), "a number");
}

std::int64_t JsonTree::to_int() const {
    return checked(integer(), "an integer");
}

std::uint64_t JsonTree::to_uint() const {
    return checked(unsigned_integer(), "an integer without sign");
}

bool operator==(JsonTree const& left, JsonTree const& right) {
    if (left.kind_ != right.kind_ || left.text_ != right.text_ ||
        left.children_.size() != right.children_.size()) {
        return false;
    }
    if (left.kind_ == JsonTree::Kind::array) {
        return left.children_ == right.children_;
    }
    return std::all_of(left.keys_.begin(), left.keys_.end(), [&](std::string const& key) {
        auto const* const other = right.find(key);
        return other != nullptr && left[key] == *other;
    });
}

} // namespace ousage::test
