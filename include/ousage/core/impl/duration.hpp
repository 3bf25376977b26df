#pragma once

#include <ousage/core/duration.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    static constexpr std::pair<std::string_view, double> units[] = {
        {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 6e10}, {"h", 3.6e12}, {"d", 8.64e13},
    };
    double total = 0;
    if (text.empty()) {
        return std::nullopt;
    }
    while (!text.empty()) {
        double number = 0;
        auto const* const end = text.data() + text.size();
        auto const [rest, error] =
            std::from_chars(text.data(), end, number, std::chars_format::fixed);
        if (error != std::errc{} || text.front() == '-' || !std::isfinite(number)) {
            return std::nullopt;
        }
        text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
        auto const length = std::min(text.find_first_of("0123456789."), text.size());
        auto const name = text.substr(0, length);
        double scale = 0;
        for (auto const& [unit, nanoseconds] : units) {
            scale = unit == name ? nanoseconds : scale;
        }
        total += number * scale;
        if (scale == 0 || total > 3.2e18) {
            return std::nullopt;
        }
        text.remove_prefix(length);
    }
    return std::chrono::nanoseconds(static_cast<std::int64_t>(total));
}

} // namespace OUSAGE_NAMESPACE
