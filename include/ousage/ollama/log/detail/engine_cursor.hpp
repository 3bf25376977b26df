#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads a line of the engine from left to right. Its functions are inlined, so that comparisons
// with literals need no calls.
class EngineCursor {
public:
    explicit EngineCursor(std::string_view text) noexcept : text_(text) {}

    std::string_view rest() const noexcept { return text_; }

    // The size is constant, so that the comparison needs no call.
    template <std::size_t Size>
    [[gnu::always_inline]] bool consume(char const (&expected)[Size]) noexcept {
        constexpr auto size = Size - 1;
        auto const found = text_.size() >= size && std::memcmp(text_.data(), expected, size) == 0;
        text_.remove_prefix(found ? size : 0);
        return found;
    }

    // Reads the characters before the next space or colon.
    [[gnu::always_inline]] std::string_view read_name() noexcept {
        std::size_t size = 0;
        while (size < text_.size() && text_[size] != ' ' && text_[size] != ':') {
            ++size;
        }
        auto const name = text_.substr(0, size);
        text_.remove_prefix(size);
        return name;
    }

    // Moves after the first occurrence of `expected`. Returns false if there is none.
    bool seek(std::string_view expected) noexcept {
        auto const at = text_.find(expected);
        if (at == text_.npos) {
            return false;
        }
        text_.remove_prefix(at + expected.size());
        return true;
    }

    // Returns false if there was no space.
    [[gnu::always_inline]] bool skip_spaces() noexcept {
        auto const size = text_.size();
        while (!text_.empty() && text_.front() == ' ') {
            text_.remove_prefix(1);
        }
        return text_.size() != size;
    }

    // Returns true if a number or a word ends here.
    [[gnu::always_inline]] bool at_boundary() const noexcept {
        return text_.empty() || text_.front() == ' ' || text_.front() == ',' ||
               text_.front() == '\r' || text_.front() == '\t';
    }

    // Reads up to 18 digits.
    [[gnu::always_inline]] std::optional<std::uint64_t> read_number() noexcept {
        std::uint64_t value = 0;
        std::size_t size = 0;
        for (; size < text_.size() && is_digit(text_[size]); ++size) {
            if (size == 18) {
                return std::nullopt;
            }
            value = value * 10 + static_cast<std::uint64_t>(text_[size] - '0');
        }
        if (size == 0) {
            return std::nullopt;
        }
        text_.remove_prefix(size);
        return value;
    }

    // Reads a number that ends at a boundary.
    [[gnu::always_inline]] std::optional<std::uint64_t> read_whole_number() noexcept {
        auto const value = read_number();
        return at_boundary() ? value : std::nullopt;
    }

    [[gnu::always_inline]] std::optional<std::int64_t> read_signed() noexcept {
        auto const is_negative = consume("-");
        auto const value = read_number();
        if (!value) {
            return std::nullopt;
        }
        auto const size = static_cast<std::int64_t>(*value);
        return is_negative ? -size : size;
    }

    // Reads a decimal number of units of `unit_ns` nanoseconds, which is a power of ten. Digits
    // below a nanosecond are dropped. At most nine digits may precede the point.
    std::optional<std::int64_t> read_duration(std::int64_t unit_ns) noexcept {
        auto const units = read_number();
        if (!units || *units > 999'999'999) {
            return std::nullopt;
        }
        auto total = static_cast<std::int64_t>(*units) * unit_ns;
        if (consume(".")) {
            auto digits = std::size_t{0};
            for (auto scale = unit_ns / 10; digits < text_.size() && is_digit(text_[digits]);
                 ++digits, scale /= 10) {
                total += scale * (text_[digits] - '0');
            }
            if (digits == 0) {
                return std::nullopt;
            }
            text_.remove_prefix(digits);
        }
        return total;
    }

private:
    static bool is_digit(char character) noexcept { return character >= '0' && character <= '9'; }

    std::string_view text_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
