#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns true if the text after the time is ` level=LEVEL source=FILE:LINE`. Ollama prints the
// base name of the file, so a path is that of another program.
inline bool is_slog_tail(std::string_view text) {
    constexpr std::string_view level = " level=", source = "source=";
    if (!text.starts_with(level)) {
        return false;
    }
    text.remove_prefix(level.size());
    auto const space = text.find(' ');
    if (space == text.npos || !text.substr(space + 1).starts_with(source)) {
        return false;
    }
    text.remove_prefix(space + 1 + source.size());
    text = text.substr(0, text.find(' '));
    auto const colon = text.rfind(':');
    return colon != text.npos && colon > 0 && colon + 1 < text.size() &&
           text.find_first_of("/\\") == text.npos && text[colon + 1] >= '0' &&
           text[colon + 1] <= '9';
}

// Returns the time of a slog line of Ollama (logutil/logutil.go):
// `time=2025-06-30T09:23:07.374-07:00 level=INFO source=routes.go:2008 msg=…`. Any text may precede
// `time=`, as in a Gin line: progress dots, a colour, a torn line. An access line or an `Error #01:
// ` line may quote a slog line: text after their marks is ignored.
inline std::optional<Timestamp> slog_time(std::string_view line) {
    constexpr std::string_view key = "time=";
    constexpr std::size_t longest = 40;
    for (auto start = line.find(key); start != line.npos; start = line.find(key, start + 1)) {
        auto const rest = line.substr(start + key.size());
        auto const end = rest.substr(0, longest).find(' ');
        if (end == rest.npos || !is_slog_tail(rest.substr(end))) {
            continue;
        }
        if (auto const time = parse_rfc3339(rest.substr(0, end))) {
            auto const before = line.substr(0, start);
            auto const is_quoted = has_gin_mark(before) || before.find("Error #") != before.npos;
            return is_quoted ? std::nullopt : time;
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
