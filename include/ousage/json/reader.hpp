#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/json/value.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Reads parsed JSON into any type that `to_json` writes. Reading continues after errors: a member
/// of the wrong type keeps its value, and the path of the first one is reported, such as
/// `models[3].size`. Unknown keys are ignored. A missing key leaves a member unchanged, and so does
/// a null, except that it resets an optional. A null number in an array or a map is NaN.
class JsonReader {
public:
    /// The path of the first value that could not be read, and the reason; empty on success.
    std::string const& error() const noexcept { return error_; }

    /// Reports that the current value is not `wanted`, such as `a string`. For a hook
    /// `void read_json(JsonValue from, JsonReader& reader)`.
    void report(std::string_view wanted);

    /// Reads a value. Returns true if it was read, at least in part. A type with one of the hooks
    /// `void read_json(JsonValue)` and `void read_json(JsonValue, JsonReader&)` is read by it.
    template <class T>
    bool read(JsonValue from, T& into);

private:
    // Appends one step to the path for error messages, and removes it on destruction.
    class Step {
    public:
        Step(std::string& path, std::string_view key) : path_(path), size_(path.size()) {
            (path_ += '.') += key;
        }

        Step(std::string& path, std::size_t index) : path_(path), size_(path.size()) {
            ((path_ += '[') += std::to_string(index)) += ']';
        }

        Step(Step const&) = delete;
        Step& operator=(Step const&) = delete;

        ~Step() { path_.resize(size_); }

    private:
        std::string& path_;
        std::size_t size_;
    };

    bool refuse(std::string_view wanted) {
        report(wanted);
        return false;
    }

    template <class T, class Value>
    bool assign(T& into, std::optional<Value> const& value, std::string_view wanted) {
        if (!value) {
            return refuse(wanted);
        }
        into = T(*value);
        return true;
    }

    template <class Parse>
    static auto parsed(JsonValue from, Parse parse) -> decltype(parse(std::string_view())) {
        auto const text = from.string();
        return text ? parse(*text) : std::nullopt;
    }

    template <class T>
    static std::optional<T> whole(JsonValue from) {
        auto const narrow = [](auto const& value) {
            return value && std::in_range<T>(*value) ? std::optional<T>(static_cast<T>(*value))
                                                     : std::nullopt;
        };
        if constexpr (std::is_signed_v<T>) {
            return narrow(from.integer());
        } else {
            return narrow(from.unsigned_integer());
        }
    }

    template <class T>
    bool read_hook(JsonValue from, T& into);

    template <class T>
    bool read_real(JsonValue from, T& into);

    template <class T>
    static std::optional<T> enumerator_of(JsonValue from);

    template <class T>
    bool read_instant(JsonValue from, T& into);

    template <class T>
    bool read_optional(JsonValue from, T& into);

    template <class T>
    bool read_map(JsonValue from, T& into);

    template <class T>
    bool read_list(JsonValue from, T& into);

    // Reads the next element of an array.
    template <class T>
    bool read_part(detail::JsonRange<JsonValue>::Iterator& next, std::size_t index, T& into);

    // True if the value is an array of that many elements.
    bool has_size(JsonValue from, std::size_t size);

    template <class T, std::size_t Size>
    bool read_array(JsonValue from, std::array<T, Size>& into);

    template <class T>
    bool read_tuple(JsonValue from, T& into);

    template <class T>
    bool read_variant(JsonValue from, T& into);

    // Reads a boolean or an integer from a string.
    template <class T>
    bool read_text(JsonValue from, T& into);

    template <class T>
    bool read_object(JsonValue from, T& into);

    std::string path_;
    std::string error_;
    std::size_t errors_ = 0;
};

/// Reads a parsed value as far as possible into `into`. On error, returns a failure with the code
/// `Errc::parse` that describes the first error; it never contains the text itself.
template <class T>
std::optional<Failure> read_json(JsonValue from, T& into) {
    auto reader = JsonReader{};
    reader.read(from, into);
    return reader.error().empty()
               ? std::nullopt
               : std::optional(Failure{{}, make_error_code(Errc::parse), reader.error()});
}

/// Parses `text` and reads as much of it as possible into `into`, which must be
/// default-constructed for an exact copy of what `to_json` wrote. Errors are as for a parsed value.
/// The nesting limit is 1,024 levels.
template <class T>
std::optional<Failure> read_json(std::string_view text, T& into) {
    auto document = JsonDocument{};
    auto failure = document.parse(text);
    return failure ? failure : read_json(document.root(), into);
}

} // namespace OUSAGE_NAMESPACE

#include <ousage/json/detail/read.hpp>

#if !OUSAGE_COMPILED
#    include <ousage/json/impl/reader.hpp>
#endif
