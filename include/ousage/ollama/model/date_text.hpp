#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>

#include <chrono>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// Formats a day as `2026-11-20`.
inline std::string date_text(std::chrono::sys_days day) {
    return to_rfc3339(Timestamp{std::chrono::sys_seconds(day), 0, 0}).substr(0, 10);
}

} // namespace OUSAGE_NAMESPACE::ollama
