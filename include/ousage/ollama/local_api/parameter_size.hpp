#pragma once

#include <ousage/config.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace OUSAGE_NAMESPACE::ollama {

/// Parses Ollama's `parameter_size`: `8.0B`, `111K`, `270.5M`, `1T`, or a number without a unit.
/// Empty if the text is anything else.
inline std::optional<std::uint64_t> parse_parameter_size(std::string_view text) {
    double number = 0;
    auto const* const end = text.data() + text.size();
    auto const [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    if (error != std::errc{} || !(number >= 0) || number > 1e15 || end - rest > 1) {
        return std::nullopt;
    }
    double scale = 1;
    switch (rest == end ? '1' : *rest) {
    case '1': break;
    case 'K': scale = 1e3; break;
    case 'M': scale = 1e6; break;
    case 'B': scale = 1e9; break;
    case 'T': scale = 1e12; break;
    default: return std::nullopt;
    }
    auto const total = std::round(number * scale);
    return total < 1e18 ? std::optional(static_cast<std::uint64_t>(total)) : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama
