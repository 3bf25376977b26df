#pragma once

#include <ousage/config.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// What the values of a family are.
enum class MetricType {
    gauge,     ///< may rise and fall
    counter,   ///< never falls but at a restart; its name ends in `_total`
    histogram, ///< classic: buckets, sum, count
    info,      ///< 1, and labels that tell something; its name ends in `_info`
};

/// What is known of a family before any value is: HELP, TYPE, UNIT, and its line in
/// docs/metrics.md.
struct MetricFamily {
    std::string_view name;                  ///< as text 0.0.4 has it
    MetricType type = MetricType::gauge;    ///< of all its samples
    std::string_view unit;                  ///< the last word of the name; empty: a plain number
    std::array<std::string_view, 5> labels; ///< their names; empty ones at the end
    std::string_view help;                  ///< one sentence
};

/// The name of a family in OpenMetrics 1.0, where `_total` and `_info` belong to the samples.
constexpr std::string_view open_metrics_name(MetricFamily const& family) noexcept {
    auto name = family.name;
    if (family.type == MetricType::counter && name.ends_with("_total")) {
        name.remove_suffix(6);
    } else if (family.type == MetricType::info && name.ends_with("_info")) {
        name.remove_suffix(5);
    }
    return name;
}

} // namespace OUSAGE_NAMESPACE
