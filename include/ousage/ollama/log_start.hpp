#pragma once

#include <ousage/io/log_bytes.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/detail/first_zone.hpp>
#include <ousage/ollama/detail/slog_time.hpp>
#include <ousage/ollama/gin_line.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace ousage::ollama {

/// Where to begin in a log.
struct LogStart {
    std::uint64_t offset = 0;                        ///< of the first byte of a line
    std::optional<std::chrono::seconds> zone_offset; ///< told by the nearest slog line before it,
                                                     ///< else by the first behind it
};

namespace detail {

// Looks into a log here and there, to learn what time it is where.
class LogProbe {
public:
    LogProbe(io::LogBytes& bytes, LogZone const& zone)
        : bytes_(bytes), local_(zone), buffer_(64 * 1024) {}

    // Clocks are set, and zones change by an hour: times closer than this are not told apart.
    static constexpr std::chrono::seconds slack = std::chrono::minutes(65);

    struct Found {
        std::uint64_t offset; // of the line
        std::chrono::sys_seconds time;
    };

    // The first line with a time that begins in [offset, end). What is seen is remembered.
    std::optional<Found> first_after(std::uint64_t offset, std::uint64_t end) {
        for (auto at = offset; at < end; at += buffer_.size() / 2) {
            // The first lines mostly tell both, the time and the zone.
            auto tells_zone = local_.forced;
            auto found = look(at, std::min(end, at + glance), tells_zone);
            if (!found || !tells_zone) {
                found = look(at, end, tells_zone);
            }
            if (found) {
                seen_[found->offset] = found->time;
                return found;
            }
        }
        return std::nullopt;
    }

    // No line that was seen stands before one that is older.
    bool is_in_order() const {
        auto latest = std::chrono::sys_seconds::min();
        for (auto const& [offset, time] : seen_) {
            if (latest != std::chrono::sys_seconds::min() && time < latest - slack) {
                return false;
            }
            latest = std::max(latest, time);
        }
        return true;
    }

    // The last slog line that ends before `end`, looked for in the four megabytes before it, else
    // at the log's beginning.
    std::optional<std::chrono::seconds> zone_before(std::uint64_t end) {
        constexpr std::uint64_t reach = 4 * 1024 * 1024;
        auto const step = buffer_.size() / 2;
        auto const stop = end > reach ? end - reach : 0;
        for (auto at = end; at > stop;) {
            at = at > stop + step ? at - step : stop;
            if (auto const zone = last_zone(at, end)) {
                return zone;
            }
        }
        return last_zone(0, end);
    }

private:
    static constexpr std::uint64_t glance = 4 * 1024;

    std::string_view read(std::uint64_t offset, std::uint64_t end) {
        auto const size = std::min<std::uint64_t>(buffer_.size(), end - offset);
        auto const count = bytes_.read_at(offset, buffer_.data(), size);
        return {buffer_.data(), count ? *count : 0};
    }

    // Whole lines that begin in what is read, with their places.
    template <class Visit>
    void for_lines(std::uint64_t offset, std::uint64_t end, Visit&& visit) {
        auto const text = read(offset, end);
        auto start = offset == 0 ? 0 : text.find('\n') + 1;
        if (offset > 0 && start == 0) {
            return;
        }
        for (auto newline = text.find('\n', start); newline != text.npos;
             newline = text.find('\n', start)) {
            if (!visit(offset + start, text.substr(start, newline - start))) {
                return;
            }
            start = newline + 1;
        }
    }

    std::optional<Found> look(std::uint64_t offset, std::uint64_t end, bool& tells_zone) {
        auto found = std::optional<Found>{};
        auto local = std::optional<std::chrono::local_seconds>{};
        for_lines(offset, end, [&](std::uint64_t at, std::string_view line) {
            auto const slog = local_.forced ? std::nullopt : slog_time(line);
            if (slog) {
                zone_ = std::chrono::seconds(slog->offset_seconds);
                tells_zone = true;
                if (!found) {
                    found = Found{at, slog->at};
                }
                return false;
            }
            if (!found) {
                if (auto const gin = parse_gin_line(line)) {
                    local = gin->time;
                    found = Found{at, {}};
                }
            }
            return true;
        });
        if (found && local) {
            found->time = zone_ ? std::chrono::sys_seconds(local->time_since_epoch()) - *zone_
                                : local_.calendar.to_sys(*local);
        }
        return found;
    }

    std::optional<std::chrono::seconds> last_zone(std::uint64_t offset, std::uint64_t end) {
        auto zone = std::optional<std::chrono::seconds>{};
        for_lines(offset, end, [&](std::uint64_t, std::string_view line) {
            if (auto const slog = slog_time(line)) {
                zone = std::chrono::seconds(slog->offset_seconds);
            }
            return true;
        });
        return zone;
    }

    io::LogBytes& bytes_;
    LogZone const& local_;
    std::vector<char> buffer_;
    std::map<std::uint64_t, std::chrono::sys_seconds> seen_;
    std::optional<std::chrono::seconds> zone_; // of the slog line seen last
};

} // namespace detail

namespace detail {

// Finds by bisection where in a log the entries of `oldest` and later begin, some of the time
// before it included. A log is ordered in time but for clock changes; where what was seen of it is
// not, and in compressed and in small ones, the answer is its beginning.
inline LogStart
bisect_log(io::LogBytes& bytes, LogZone const& zone, std::chrono::sys_seconds oldest) {
    constexpr std::uint64_t step = 128 * 1024;
    constexpr std::uint64_t samples = 32;
    auto const size = bytes.is_compressed() ? 0 : bytes.size();
    if (size < 4 * step) {
        return {};
    }
    auto probe = LogProbe(bytes, zone);
    auto const wanted = oldest - LogProbe::slack;
    auto const first = probe.first_after(0, step);
    std::uint64_t low = 0;
    for (auto high = size; high - low > step;) {
        auto const middle = low + (high - low) / 2;
        auto const found = probe.first_after(middle, high);
        if (found && found->time < wanted) {
            low = found->offset;
        } else {
            high = middle;
        }
    }
    for (std::uint64_t sample = 1; sample < samples && low > 0; ++sample) {
        probe.first_after(low / samples * sample, low);
    }
    if (!first || low == 0 || !probe.is_in_order()) {
        return {};
    }
    return {low, probe.zone_before(low)};
}

} // namespace detail

/// Finds where to begin in a log for the entries of `oldest` and later, some of the time before it
/// included; at its beginning for all of them. `zone` is that of logs that tell none.
inline LogStart find_log_start(
    io::LogBytes& bytes, LogZone const& zone, std::optional<std::chrono::sys_seconds> oldest) {
    auto start = oldest ? detail::bisect_log(bytes, zone, *oldest) : LogStart{};
    if (!zone.forced && !start.zone_offset) {
        start.zone_offset = detail::first_zone(bytes, start.offset);
    }
    return start;
}

} // namespace ousage::ollama
