#pragma once

#include <ousage/config.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// The type of a metric family.
enum class MetricType {
    gauge,     ///< may increase and decrease
    counter,   ///< decreases only at a restart; its name ends in `_total`
    histogram, ///< classic histogram: buckets, sum, count
    info,      ///< always 1, with informative labels; its name ends in `_info`
};

/// The metadata of a family: HELP, TYPE, UNIT, and its line in docs/metrics.md.
struct MetricFamily {
    std::string_view name;                  ///< as in text format 0.0.4
    MetricType type = MetricType::gauge;    ///< type of all its samples
    std::string_view unit;                  ///< unit, also a word of the name; empty: no unit
    std::array<std::string_view, 5> labels; ///< label names, then empty entries
    std::string_view help;                  ///< one sentence
};

/// The name of a family in OpenMetrics 1.0, without `_total` and `_info`. These are suffixes of its
/// samples there.
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
