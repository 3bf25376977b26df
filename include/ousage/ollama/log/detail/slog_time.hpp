#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns the time of a slog line: `time=2025-06-30T09:23:07.374-07:00 level=INFO …` (Ollama
// logutil/logutil.go). Any text may precede `time=`, as in a Gin line: progress dots, a colour, a
// torn line.
inline std::optional<Timestamp> slog_time(std::string_view line) {
    constexpr std::string_view key = "time=", next = " level=";
    for (auto end = line.find(next); end != line.npos; end = line.find(next, end + 1)) {
        auto const start = line.rfind(key, end);
        if (start == line.npos) {
            continue;
        }
        auto const text = line.substr(start + key.size(), end - start - key.size());
        if (auto const time = parse_rfc3339(text)) {
            return *time;
        }
    }
    return std::nullopt;
}

// Returns the UTC offset of a slog line.
inline std::optional<std::chrono::seconds> slog_offset(std::string_view line) {
    auto const time = slog_time(line);
    return time ? std::optional(std::chrono::seconds(time->offset_seconds)) : std::nullopt;
}

// The zone of the last slog line. Most lines have the same zone.
class SlogZone {
public:
    // Returns true if this line has the stored zone in the same columns. The rest of the line need
    // not be valid.
    bool matches(std::string_view line) const {
        auto const* const start = line.data();
        return !text_.empty() && line.size() >= column + text_.size() &&
               std::memcmp(start, "time=", 5) == 0 &&
               std::memcmp(start + column, text_.data(), text_.size()) == 0 &&
               std::memchr(start, ' ', column) == nullptr;
    }

    // Stores the zone of `time=2025-06-30T09:23:07.374-07:00 level=…` and the text after it.
    void store(std::string_view line) {
        auto const end = line.find(" level=");
        text_ = line.starts_with("time=") && end != line.npos && end > column
                    ? std::string(line.substr(column, end + 7 - column))
                    : std::string();
    }

private:
    static constexpr std::size_t column = 28;
    std::string text_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
