#pragma once

#include <ousage/config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads a Gin line from left to right. `at` returns a NUL past the end. No field accepts a NUL, so
// no field needs to check for the end.
class GinCursor {
public:
    explicit constexpr GinCursor(std::string_view text) : text_(text) {}

    constexpr char at(std::size_t index = 0) const {
        return next_ + index < text_.size() ? text_[next_ + index] : '\0';
    }

    constexpr void skip(std::size_t count) { next_ += count; }

    constexpr bool consume(char character) {
        if (at() != character || next_ >= text_.size()) {
            return false;
        }
        ++next_;
        return true;
    }

    // Skips spaces and colour codes (ESC [ digits ; m), which Gin writes around a field on a
    // terminal.
    constexpr void skip_padding() {
        for (;;) {
            if (at() == ' ') {
                ++next_;
            } else if (at() == '\x1b' && at(1) == '[') {
                std::size_t length = 2;
                while ((at(length) >= '0' && at(length) <= '9') || at(length) == ';') {
                    ++length;
                }
                if (at(length) != 'm') {
                    return;
                }
                next_ += length + 1;
            } else {
                return;
            }
        }
    }

    // Reads up to, but not including, the next space, bar or escape. If `with_bars` is true, bars
    // are part of the word.
    constexpr std::string_view read_word(bool with_bars) {
        auto const start = next_;
        while (next_ < text_.size() && text_[next_] != ' ' && text_[next_] != '\x1b' &&
               (with_bars || text_[next_] != '|')) {
            ++next_;
        }
        return text_.substr(start, next_ - start);
    }

    // Reads `"…"` as Go's strconv.Quote prints it and returns the text between the quotes. Returns
    // null data if the closing quote is missing or if there is an escape that Go does not print.
    constexpr std::string_view read_quoted() {
        if (!consume('"')) {
            return {};
        }
        auto const start = next_;
        while (next_ < text_.size()) {
            if (text_[next_] == '"') {
                return text_.substr(start, next_++ - start);
            }
            if (text_[next_] == '\\') {
                auto const length = escape_length();
                if (length == 0) {
                    return {};
                }
                next_ += length;
            } else {
                ++next_;
            }
        }
        return {};
    }

    // Returns whether only spaces, tabs and CR are left.
    constexpr bool at_end() const { return text_.find_first_not_of(" \t\r", next_) == text_.npos; }

private:
    // Returns the length of the escape at the cursor, including its backslash; 0 if it is not an
    // escape.
    constexpr std::size_t escape_length() const {
        auto const character = at(1);
        auto const digits = character == 'x'   ? 2u
                            : character == 'u' ? 4u
                            : character == 'U' ? 8u
                                               : 0u;
        if (digits == 0) {
            return character != '\0' &&
                           std::string_view("abfnrtv\\\"").find(character) != text_.npos
                       ? 2
                       : 0;
        }
        for (std::size_t index = 2; index < digits + 2; ++index) {
            auto const digit = at(index);
            if (!((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') ||
                  (digit >= 'A' && digit <= 'F'))) {
                return 0;
            }
        }
        return digits + 2;
    }

    std::string_view text_;
    std::size_t next_ = 0;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
