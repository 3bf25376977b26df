#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/access_log.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns the UTC offset of the first slog line that begins at or after `offset`, searching to the
// end of the log. In most logs it is the first line. The log is parsed as it is when it is read, so
// that both find the same line.
inline std::optional<std::chrono::seconds> first_zone(io::LogBytes& bytes, std::uint64_t offset) {
    auto buffer = std::vector<char>(8 * 1024);
    auto log = AccessLog(Calendar::utc());
    log.assume_offset(std::nullopt);
    auto const ignore = [](AccessEntry const&) {};
    while (!log.first_offset()) {
        auto const read = bytes.read_at(offset, buffer.data(), buffer.size());
        if (!read || *read == 0) {
            log.finish(ignore);
            break;
        }
        log.feed({buffer.data(), *read}, ignore);
        offset += *read;
        buffer.resize(256 * 1024);
    }
    return log.first_offset();
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
