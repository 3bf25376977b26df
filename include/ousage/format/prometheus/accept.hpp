#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/exposition_format.hpp>

#include <string_view>

namespace OUSAGE_NAMESPACE {

/// The format that an Accept header requests. Returns OpenMetrics only if the header names it, and
/// its weight is higher than that of text, or equal and it precedes text. Otherwise returns text
/// 0.0.4, also if the header is empty, malformed or requests other formats, as the official
/// Prometheus exporters do.
OUSAGE_DECL ExpositionFormat negotiate_exposition(std::string_view accept);

/// True if an Accept-Encoding header accepts gzip, by name or as `*`, with a weight greater than 0
/// and not less than that of `identity`.
OUSAGE_DECL bool accepts_gzip(std::string_view accept_encoding);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/prometheus/impl/accept.hpp>
#endif
