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
#include <stop_token>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Searches a log for the UTC offset of the first slog line that begins at or after an offset, to
// the end of the log. In most logs it is the first line. The log is parsed as it is when it is
// read, so that both find the same line.
class ZoneSearch {
public:
    explicit ZoneSearch(std::uint64_t offset) : offset_(offset) {
        log_.assume_offset(std::nullopt);
    }

    // Continues the search. Returns false if `stop` ended it; call again to resume.
    bool run(io::LogBytes& bytes, std::stop_token const& stop) {
        auto buffer = std::vector<char>(8 * 1024);
        auto const ignore = [](AccessEntry const&) {};
        while (!log_.first_offset()) {
            if (stop.stop_requested()) {
                return false;
            }
            auto const read = bytes.read_at(offset_, buffer.data(), buffer.size());
            if (!read || *read == 0) {
                log_.finish(ignore);
                break;
            }
            log_.feed({buffer.data(), *read}, ignore);
            offset_ += *read;
            buffer.resize(256 * 1024);
        }
        return true;
    }

    std::optional<std::chrono::seconds> result() const { return log_.first_offset(); }

private:
    AccessLog log_ = AccessLog(Calendar::utc());
    std::uint64_t offset_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
