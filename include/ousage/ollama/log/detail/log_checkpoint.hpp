#pragma once

#include <ousage/config.hpp>
#include <ousage/io/file/file_stamp.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/io/file/log_files.hpp>
#include <ousage/ollama/log/detail/state_archive.hpp>
#include <ousage/ollama/log/log_counts.hpp>
#include <ousage/ollama/log/log_history.hpp>
#include <ousage/ollama/log/log_zone.hpp>
#include <ousage/ollama/model/hour_sums.hpp>
#include <ousage/version.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a run of a program stores about a log, so that the next run reads only what was appended.
namespace OUSAGE_NAMESPACE::ollama::detail {

// A file of the log. A rotated log does not change. A live log grows: of its stamp only device and
// inode are set.
struct CheckpointFile {
    std::string path;
    io::FileStamp stamp;

    friend bool operator==(CheckpointFile const&, CheckpointFile const&) = default;
};

// What must be equal at the next run. The counts are those of one local day.
struct CheckpointConditions {
    std::string version; // of ousage and of the stored bytes
    std::string zone, forced_zone;
    std::chrono::sys_seconds midnight;
    std::chrono::seconds period;
    std::vector<CheckpointFile> files; // the last one is live, the others are rotated

    friend bool operator==(CheckpointConditions const&, CheckpointConditions const&) = default;
};

// The first part of a state. The windows, the engine's tasks and the parser of the live log follow.
struct LogCheckpoint {
    CheckpointConditions conditions;
    std::chrono::sys_seconds now;
    std::uint64_t offset = 0;   // of the live log: everything before was read; the start of a line
    std::uint64_t partial = 0;  // bytes after it that were read, too: a line without its newline
    std::uint64_t content = 0;  // see `content_mark`
    std::uint64_t skipped = 0;  // bytes that were not read, because they are too old
    LogCounts rotated;          // counts of the other logs
    std::string first_unparsed; // of all logs
    bool begins_late = false;   // the first bytes of the live log were skipped
};

// Returns the live log if there is exactly one and if it is the last file, else null.
inline io::LogFile const* only_live_log(std::vector<io::LogFile> const& files) {
    auto const is_live = [](io::LogFile const& file) { return file.live; };
    auto const is_one = std::count_if(files.begin(), files.end(), is_live) == 1;
    return is_one && files.back().live && !files.back().compressed ? &files.back() : nullptr;
}

inline CheckpointConditions conditions_of(
    std::vector<io::LogFile> const& files, LogZone const& zone, LogHistory const& history,
    std::chrono::sys_seconds now) {
    auto conditions = CheckpointConditions{};
    conditions.version = OUSAGE_VERSION " 1";
    conditions.zone = zone.calendar.name();
    conditions.forced_zone = zone.forced ? zone.forced->name() : "";
    conditions.midnight = zone.calendar.midnight(now);
    conditions.period = history.period;
    for (auto const& file : files) {
        auto const stamp = io::read_stamp(file.path);
        auto of_live = io::FileStamp{};
        of_live.device = stamp.device;
        of_live.number = stamp.number;
        conditions.files.push_back({file.path.string(), file.live ? of_live : stamp});
    }
    return conditions;
}

// Returns a checksum of the first bytes of a log and of the last ones before an offset; empty if
// the log has fewer. Detects a file that was truncated or replaced and has grown beyond the offset.
inline std::optional<std::uint64_t> content_mark(io::LogBytes& log, std::uint64_t offset) {
    constexpr std::uint64_t size = 4096;
    auto const count = static_cast<std::size_t>(std::min(offset, size));
    auto text = std::string(2 * count, '\0');
    for (auto const from : {std::uint64_t{0}, offset - count}) {
        auto const read = log.read_at(from, text.data() + (from == 0 ? 0 : count), count);
        if (!read || *read != count) {
            return std::nullopt;
        }
    }
    return checksum(text);
}

// If more bytes were appended, the checkpoint is replaced. Reading them takes half a millisecond.
inline constexpr std::uint64_t checkpoint_step = 512 * 1024;

// The hours in which a window begins: of those, each request is needed.
inline std::vector<std::int64_t>
window_edges(std::chrono::sys_seconds now, std::chrono::sys_seconds midnight) {
    using namespace std::chrono_literals;
    return {
        hour_number(midnight - 1s), hour_number(now - 5h), hour_number(now - 24h),
        hour_number(now - std::chrono::days(7))};
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
