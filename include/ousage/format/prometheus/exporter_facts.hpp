#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Facts about an exporter: its clients and its configuration, since its start. The keys must be
/// from a fixed set, because each of them is a series.
struct ExporterFacts {
    double start = 0; ///< seconds since 1970
    /// Number of HTTP requests by handler, such as `metrics`, and by status code.
    std::map<std::pair<std::string, int>, std::uint64_t> requests;
    std::map<std::string, std::uint64_t> dropped; ///< connections closed early, by reason
    bool is_reload_successful = true;             ///< the last load of the configuration
    double reload_success_time = 0; ///< of the last successful one, seconds since 1970
};

} // namespace OUSAGE_NAMESPACE
