#pragma once

#include <ousage/format/text/bar.hpp>
#include <ousage/format/text/detail/repeated.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

namespace detail {

// `share` of `steps`, rounded. Only 0 gives 0 and only 1 gives all, if there are at least two.
inline std::size_t steps_of(double share, std::size_t steps) {
    if (!(share > 0) || steps == 0) {
        return 0;
    }
    if (share >= 1 || steps == 1) {
        return steps;
    }
    auto const rounded = std::llround(share * static_cast<double>(steps));
    return std::clamp<std::size_t>(static_cast<std::size_t>(rounded), 1, steps - 1);
}

} // namespace detail

OUSAGE_DECL std::string bar(double share, std::size_t columns, TextStyle const& style) {
    static constexpr std::array<std::string_view, 8> eighths{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (!style.unicode) {
        auto const full = detail::steps_of(share, columns);
        return std::string(full, '#') + std::string(columns - full, ' ');
    }
    auto const steps = detail::steps_of(share, columns * 8);
    auto const partial = steps % 8;
    auto const used = steps / 8 + (partial > 0 ? 1 : 0);
    return detail::repeated("█", steps / 8) + std::string(eighths[partial]) +
           std::string(columns - used, ' ');
}

OUSAGE_DECL std::string split_bar(double share, std::size_t columns, TextStyle const& style) {
    auto const full = detail::steps_of(share, columns);
    return detail::repeated(style.unicode ? "█" : "#", full) +
           detail::repeated(style.unicode ? "▒" : ".", columns - full);
}

OUSAGE_DECL std::string sparkline(std::span<std::uint64_t const> values, TextStyle const& style) {
    static constexpr std::array<std::string_view, 8> blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static constexpr std::array<std::string_view, 8> ascii{"_", ".", ":", "-", "=", "+", "*", "#"};
    auto const most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
    auto line = std::string{};
    for (auto const value : values) {
        auto const share =
            static_cast<double>(value) / static_cast<double>(std::max<std::uint64_t>(most, 1));
        auto const level = value == 0 ? 0 : 1 + static_cast<std::size_t>(share * 6);
        line += style.unicode ? blocks[level] : ascii[level];
    }
    return line;
}

} // namespace OUSAGE_NAMESPACE
