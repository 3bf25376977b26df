#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/equal.hpp>
#include <ousage/core/result.hpp>
#include <ousage/core/shape.hpp>
#include <ousage/core/timestamp.hpp>

#include <simdjson.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// Reads parsed JSON into reflectable types. Reading continues after errors: a member of the wrong
/// type keeps its value, and the path of the first one is reported, such as `models[3].size`.
/// Unknown keys are ignored. A null or a missing key leaves the member unchanged.
class JsonReader {
public:
    using Element = simdjson::dom::element;

    /// The path of the first value that could not be read, and the reason; empty on success.
    std::string const& complaint() const noexcept { return complaint_; }

    void read(Element from, std::string& into) {
        std::string_view text;
        if (from.get(text) == simdjson::SUCCESS) {
            into = text;
        } else {
            complain("a string");
        }
    }

    void read(Element from, bool& into) {
        if (from.get(into) != simdjson::SUCCESS) {
            complain("true or false");
        }
    }

    void read(Element from, double& into) {
        if (from.get(into) != simdjson::SUCCESS) {
            complain("a number");
        }
    }

    template <class T>
        requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
    void read(Element from, T& into) {
        using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
        Wide value = 0;
        double real = 0;
        auto const fits = [](auto number) { return std::in_range<T>(number); };
        if (from.get(value) == simdjson::SUCCESS && fits(value)) {
            into = static_cast<T>(value);
        } else if (
            from.get(real) == simdjson::SUCCESS && std::trunc(real) == real &&
            std::abs(real) < 9e15 && fits(static_cast<std::int64_t>(real))) {
            into = static_cast<T>(real);
        } else {
            complain("a whole number in range");
        }
    }

    void read(Element from, Timestamp& into) {
        std::string_view text;
        if (from.get(text) == simdjson::SUCCESS) {
            if (auto const time = parse_rfc3339(text)) {
                into = *time;
                return;
            }
        }
        complain("an RFC 3339 time");
    }

    template <class T>
        requires std::is_enum_v<T>
    void read(Element from, T& into) {
        std::string_view text;
        if (from.get(text) == simdjson::SUCCESS) {
            if (auto const value = enum_from_name<T>(text)) {
                into = *value;
                return;
            }
        }
        complain("one of the known names");
    }

    template <class T>
    void read(Element from, std::optional<T>& into) {
        auto value = T{};
        auto const before = complaints_;
        read(from, value);
        // Keep an aggregate or a container that was read in part.
        if (complaints_ == before || !is_empty(value)) {
            into = std::move(value);
        }
    }

    template <class T>
    void read(Element from, std::vector<T>& into) {
        simdjson::dom::array array;
        if (from.get(array) != simdjson::SUCCESS) {
            complain("an array");
            return;
        }
        into.clear();
        std::size_t index = 0;
        for (auto const element : array) {
            auto const step = Step(path_, "[" + std::to_string(index++) + "]");
            auto const before = complaints_;
            auto value = T{};
            read(element, value);
            if (complaints_ == before || Reflectable<T>) {
                into.push_back(std::move(value));
            }
        }
    }

    template <class T>
    void read(Element from, std::map<std::string, T>& into) {
        simdjson::dom::object object;
        if (from.get(object) != simdjson::SUCCESS) {
            complain("an object");
            return;
        }
        for (auto const field : object) {
            auto const step = Step(path_, "." + std::string(field.key));
            read(field.value, into[std::string(field.key)]);
        }
    }

    /// A type whose keys are not its members defines `void read_json(Element)`.
    template <class T>
        requires requires(T& into, Element from) { into.read_json(from); }
    void read(Element from, T& into) {
        into.read_json(from);
    }

    template <Reflectable T>
        requires(!std::is_same_v<T, Timestamp>) &&
                (!requires(T& into, Element from) { into.read_json(from); })
    void read(Element from, T& into) {
        simdjson::dom::object object;
        if (from.get(object) != simdjson::SUCCESS) {
            complain("an object");
            return;
        }
        auto const take = [&](std::string_view name, auto& member) {
            Element value;
            if (object[name].get(value) == simdjson::SUCCESS && !value.is_null()) {
                auto const step = Step(path_, "." + std::string(name));
                read_member<WrittenAsText<T>>(value, member);
            }
        };
        if constexpr (Flattened<T>) {
            for_each_key(into, take);
        } else {
            for_each_member(into, take);
        }
    }

private:
    // Appends one step to the path for error messages, and removes it on destruction.
    struct Step {
        Step(std::string& path, std::string const& part) : path_(path), size_(path.size()) {
            path_ += part;
        }

        Step(Step const&) = delete;
        Step& operator=(Step const&) = delete;

        ~Step() { path_.resize(size_); }

        std::string& path_;
        std::size_t size_;
    };

    template <bool AsText, class T>
    void read_member(Element from, T& into) {
        if constexpr (AsText) {
            read_text(from, into);
        } else {
            read(from, into);
        }
    }

    template <class T>
    void read_text(Element from, std::optional<T>& into) {
        auto text = std::string{};
        if constexpr (std::is_same_v<T, bool>) {
            read(from, text);
            into = text == "true";
        } else if constexpr (std::is_integral_v<T>) {
            read(from, text);
            auto value = T{};
            std::from_chars(text.data(), text.data() + text.size(), value);
            into = value;
        } else {
            read(from, into);
        }
    }

    void complain(std::string_view wanted) {
        if (complaints_++ == 0) {
            auto const place = path_.empty() ? std::string("the document") : path_.substr(1);
            complaint_ =
                (path_.starts_with('[') ? path_ : place) + " is not " + std::string(wanted);
        }
    }

    std::string path_;
    std::string complaint_;
    std::size_t complaints_ = 0;
};

/// Parses `text` and reads as much of it as possible into `into`. On error, returns a failure with
/// the code `Errc::parse` that describes the first error; it never contains the text itself. The
/// nesting limit is 1,024 levels (simdjson).
template <class T>
std::optional<Failure> read_json(std::string_view text, T& into) {
    auto const failure = [](std::string words) {
        return Failure{{}, make_error_code(Errc::parse), std::move(words)};
    };
    if (text.find_first_not_of(" \t\r\n") == text.npos) {
        return failure("the document is empty");
    }
    simdjson::dom::parser parser;
    simdjson::dom::element document;
    auto const code = parser.parse(text.data(), text.size()).get(document);
    if (code != simdjson::SUCCESS) {
        return failure("not JSON: " + std::string(simdjson::error_message(code)));
    }
    auto reader = JsonReader{};
    reader.read(document, into);
    return reader.complaint().empty() ? std::nullopt : std::optional(failure(reader.complaint()));
}

} // namespace OUSAGE_NAMESPACE::io
