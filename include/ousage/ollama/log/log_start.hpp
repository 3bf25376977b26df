#pragma once

#include <ousage/config.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/ollama/log/detail/first_zone.hpp>
#include <ousage/ollama/log/detail/slog_time.hpp>
#include <ousage/ollama/log/gin_line.hpp>
#include <ousage/ollama/log/log_zone.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Where to begin in a log.
struct LogStart {
    std::uint64_t offset = 0;                        ///< of the first byte of a line
    std::optional<std::chrono::seconds> zone_offset; ///< told by the nearest slog line before it,
                                                     ///< else by the first behind it
};

namespace detail {

// Looks at the slog lines of a log here and there: they tell time and zone.
class LogProbe {
public:
    explicit LogProbe(io::LogBytes& bytes) : bytes_(bytes) {}

    static constexpr std::size_t reach = 256 * 1024;

    struct Found {
        std::uint64_t offset; // of the line
        std::chrono::sys_seconds time;
        std::chrono::seconds zone;
    };

    // The first slog line that begins at `offset` or behind it; empty where none is near. What is
    // seen is remembered.
    std::optional<Found> first_after(std::uint64_t offset) {
        // The first lines mostly hold one.
        auto found = look(offset, 4 * 1024);
        if (!found) {
            found = look(offset, reach);
        }
        if (found) {
            seen_[found->offset] = found->time;
        }
        return found;
    }

    // No line that was seen stands before one that is older.
    bool is_in_order(std::chrono::seconds slack) const {
        auto latest = std::chrono::sys_seconds::min();
        for (auto const& [offset, time] : seen_) {
            if (latest != std::chrono::sys_seconds::min() && time < latest - slack) {
                return false;
            }
            latest = std::max(latest, time);
        }
        return true;
    }

private:
    std::optional<Found> look(std::uint64_t offset, std::size_t size) {
        buffer_.resize(size);
        auto const count = bytes_.read_at(offset, buffer_.data(), size);
        auto const text = std::string_view(buffer_.data(), count ? *count : 0);
        auto start = offset == 0 ? 0 : text.find('\n') + 1;
        if (offset > 0 && start == 0) {
            return std::nullopt;
        }
        for (auto end = text.find('\n', start); end != text.npos; end = text.find('\n', start)) {
            auto const line = text.substr(start, end - start);
            auto const time = slog_time(line.substr(0, line.find(gin_mark)));
            if (time && !line.starts_with("Error #")) {
                return Found{offset + start, time->at, std::chrono::seconds(time->offset_seconds)};
            }
            start = end + 1;
        }
        return std::nullopt;
    }

    io::LogBytes& bytes_;
    std::vector<char> buffer_;
    std::map<std::uint64_t, std::chrono::sys_seconds> seen_;
};

// Finds by bisection where in a log the entries of `oldest` and later begin, some of the time
// before it included: at a slog line. A log is ordered in time but for clocks that are set; where
// what was seen of it is not, where slog lines are far between, and in compressed and in small
// ones, the answer is its beginning.
inline LogStart bisect_log(io::LogBytes& bytes, std::chrono::sys_seconds oldest) {
    constexpr std::uint64_t step = 128 * 1024;
    constexpr std::uint64_t samples = 128;
    constexpr auto slack = std::chrono::minutes(15);
    auto const size = bytes.is_compressed() ? 0 : bytes.size();
    if (size < 8 * step) {
        return {};
    }
    auto probe = LogProbe(bytes);
    auto start = LogStart{};
    for (auto high = size; high - start.offset > step;) {
        auto const middle = start.offset + (high - start.offset) / 2;
        auto const found = probe.first_after(middle);
        if (!found && size - middle > LogProbe::reach) {
            return {};
        }
        if (found && found->offset < high && found->time < oldest - slack) {
            start = {found->offset, found->zone};
        } else {
            high = middle;
        }
    }
    for (std::uint64_t sample = 0; sample < samples && start.offset > 0; ++sample) {
        if (!probe.first_after(start.offset / samples * sample)) {
            return {};
        }
    }
    return probe.is_in_order(slack) ? start : LogStart{};
}

} // namespace detail

/// Finds where to begin in a log for the entries of `oldest` and later, some of the time before it
/// included; at its beginning for all of them, where slog lines are rare, and with a forced zone,
/// for the times of slog lines are not those of entries then.
inline LogStart find_log_start(
    io::LogBytes& bytes, LogZone const& zone, std::optional<std::chrono::sys_seconds> oldest) {
    if (zone.forced) {
        return {};
    }
    auto start = oldest ? detail::bisect_log(bytes, *oldest) : LogStart{};
    if (!start.zone_offset) {
        start.zone_offset = detail::first_zone(bytes, start.offset);
    }
    return start;
}

} // namespace OUSAGE_NAMESPACE::ollama
