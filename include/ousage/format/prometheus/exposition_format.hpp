#pragma once

#include <ousage/config.hpp>

#include <string_view>

namespace OUSAGE_NAMESPACE {

/// The text formats that Prometheus reads.
enum class ExpositionFormat {
    text,         ///< Prometheus text format 0.0.4
    open_metrics, ///< OpenMetrics 1.0.0
};

/// The Content-Type of a format.
constexpr std::string_view content_type(ExpositionFormat format) noexcept {
    return format == ExpositionFormat::text
               ? "text/plain; version=0.0.4; charset=utf-8"
               : "application/openmetrics-text; version=1.0.0; charset=utf-8";
}

} // namespace OUSAGE_NAMESPACE
