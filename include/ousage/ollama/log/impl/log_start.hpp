#pragma once

#include <ousage/core/timestamp.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/ollama/log/detail/plain_line.hpp>
#include <ousage/ollama/log/detail/slog_time.hpp>
#include <ousage/ollama/log/log_start.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// Samples the slog lines of a log, which contain time and zone.
class LogProbe {
public:
    explicit LogProbe(io::LogBytes& bytes) : bytes_(bytes) {}

    static constexpr std::size_t search_size = 256 * 1024;

    struct Sample {
        std::uint64_t offset; // offset of the line
        std::chrono::sys_seconds time;
        std::chrono::seconds zone;
    };

    // Returns the first slog line that begins at or after `offset`; empty if there is none within
    // `search_size`. Records the line for `is_in_order`.
    std::optional<Sample> first_after(std::uint64_t offset) {
        // The first lines usually contain one.
        auto found = find_in(offset, 4 * 1024);
        if (!found) {
            found = find_in(offset, search_size);
        }
        if (found) {
            samples_[found->offset] = found->time;
        }
        return found;
    }

    // Returns true if no recorded line is older than an earlier one by more than `slack`.
    bool is_in_order(std::chrono::seconds slack) const {
        auto latest = std::chrono::sys_seconds::min();
        for (auto const& [offset, time] : samples_) {
            if (latest != std::chrono::sys_seconds::min() && time < latest - slack) {
                return false;
            }
            latest = std::max(latest, time);
        }
        return true;
    }

private:
    std::optional<Sample> find_in(std::uint64_t offset, std::size_t size) {
        buffer_.resize(size);
        auto const count = bytes_.read_at(offset, buffer_.data(), size);
        auto const text = std::string_view(buffer_.data(), count ? *count : 0);
        auto start = offset == 0 ? 0 : text.find('\n') + 1;
        if (offset > 0 && start == 0) {
            return std::nullopt;
        }
        for (auto end = text.find('\n', start); end != text.npos; end = text.find('\n', start)) {
            auto const line = text.substr(start, end - start);
            if (auto const time = time_of(line)) {
                return Sample{offset + start, time->at, std::chrono::seconds(time->offset_seconds)};
            }
            start = end + 1;
        }
        return std::nullopt;
    }

    // Decodes a line as AccessLog does.
    std::optional<Timestamp> time_of(std::string_view line) {
        auto const is_encoded = may_be_json(line) || line.find('\0') != line.npos;
        return slog_time(is_encoded ? plain_line(line, plain_) : line);
    }

    io::LogBytes& bytes_;
    std::vector<char> buffer_;
    std::string plain_;
    std::map<std::uint64_t, std::chrono::sys_seconds> samples_;
};

// Finds by bisection the slog line at which to start for the entries of `oldest` and later; some
// earlier entries are included. A log is in time order unless the clock was set. Returns the
// beginning of the log if the recorded lines are out of order, if slog lines are sparse, or if the
// log is compressed or small.
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
        if (!found && size - middle > LogProbe::search_size) {
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

OUSAGE_DECL std::optional<LogStart> LogStartSearch::run(
    io::LogBytes& bytes, LogZone const& zone, std::optional<std::chrono::sys_seconds> oldest,
    std::stop_token const& stop) {
    if (zone.forced) {
        return LogStart{};
    }
    if (!start_) {
        start_ = oldest ? detail::bisect_log(bytes, *oldest) : LogStart{};
    }
    if (!start_->zone_offset) {
        if (!zone_) {
            zone_.emplace(start_->offset);
        }
        if (!zone_->run(bytes, stop)) {
            return std::nullopt;
        }
        start_->zone_offset = zone_->result();
    }
    return start_;
}

OUSAGE_DECL LogStart find_log_start(
    io::LogBytes& bytes, LogZone const& zone, std::optional<std::chrono::sys_seconds> oldest) {
    return LogStartSearch().run(bytes, zone, oldest, {}).value_or(LogStart{});
}

} // namespace OUSAGE_NAMESPACE::ollama
