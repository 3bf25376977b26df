#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/ollama/detail/gin_columns.hpp>
#include <ousage/ollama/detail/slog_time.hpp>
#include <ousage/ollama/gin_line.hpp>
#include <ousage/ollama/gin_path.hpp>
#include <ousage/ollama/route.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::ollama {

/// One request of the access log.
struct AccessEntry {
    std::chrono::sys_seconds time;   ///< when it ended
    std::chrono::seconds offset{};   ///< of the server's zone at that time
    Route route = Route::other;      ///< of its method and path
    GinLine line;                    ///< the rest; views that live as long as the sink is called
    std::vector<std::string> errors; ///< texts of the `Error #NN: ` lines behind it
};

/// How much a log held.
struct LogCounts {
    std::uint64_t lines = 0;               ///< all lines
    std::uint64_t unparsed = 0;            ///< lines with `[GIN] ` that gave no entry
    std::uint64_t bytes = 0;               ///< all bytes
    std::uint64_t entries = 0;             ///< lines that gave an entry
    std::uint64_t first_unparsed_line = 0; ///< its number, from 1; 0 where there is none

    /// Adds another log's; the place of the first unparsed line stays that of the first log.
    LogCounts& operator+=(LogCounts const& other) noexcept {
        lines += other.lines;
        unparsed += other.unparsed;
        bytes += other.bytes;
        entries += other.entries;
        return *this;
    }
};

/// Turns the bytes of one log, in any pieces, into entries in their order. Knows no files.
/// A line of more than 65,536 bytes before its newline is unparsed where it holds `[GIN] `, however
/// far behind; no more of it is kept, and reading goes on behind its newline.
class AccessLog {
public:
    /// The longest line that is read, in bytes without its newline.
    static constexpr std::size_t line_limit = 65'536;

    /// A log whose local times are `calendar`'s where no slog line tells its offset; `forced` says
    /// that `calendar` counts in any case (`--log-timezone`).
    explicit AccessLog(Calendar calendar, bool forced = false)
        : calendar_(std::move(calendar)), forced_(forced) {}

    /// Takes bytes and calls `sink(AccessEntry&)` for every entry that is complete: its line, and
    /// the error lines behind it. A last line without its newline is held back.
    template <class Sink>
    void feed(std::string_view bytes, Sink&& sink) {
        counts_.bytes += bytes.size();
        if (!held_.empty() || overlong_) {
            auto const end = bytes.find('\n');
            hold(bytes.substr(0, end));
            if (end == bytes.npos) {
                return;
            }
            take_held(sink);
            bytes.remove_prefix(end + 1);
        }
        auto const* at = bytes.data();
        auto const* const end = at + bytes.size();
        while (at != end) {
            auto const* newline = read_columns(at, end, sink);
            if (newline == nullptr) {
                newline = static_cast<char const*>(
                    std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
                auto const line = std::string_view(
                    at, static_cast<std::size_t>((newline == nullptr ? end : newline) - at));
                if (newline == nullptr) {
                    hold(line);
                    break;
                }
                if (line.size() <= line_limit) {
                    take_line(line, sink);
                } else {
                    hold(line);
                    take_held(sink);
                }
            }
            at = newline + 1;
        }
        keep_pending();
    }

    /// The log ends here: a last line without newline counts, and what waited is handed out.
    template <class Sink>
    void finish(Sink&& sink) {
        if (!held_.empty() || overlong_) {
            take_held(sink);
        }
        flush(sink);
        settle_zone(sink);
    }

    /// Hands out the entry that waits for error lines; the last, partial line stays held back.
    template <class Sink>
    void flush(Sink&& sink) {
        if (has_pending_) {
            emit_pending(sink);
        }
    }

    /// Entries that wait for the first slog line are handed out by the calendar. For a live log.
    template <class Sink>
    void settle_zone(Sink&& sink) {
        for (auto& [entry, text] : std::exchange(unzoned_, {})) {
            date_by_calendar(entry);
            text.restore(entry.line);
            sink(entry);
        }
    }

    /// The zone of lines that no slog line precedes, where a log is not read from its beginning.
    void assume_offset(std::optional<std::chrono::seconds> offset) {
        if (!forced_) {
            offset_ = offset;
            zone_ = {};
        }
    }

    /// What was counted so far; a line that is held back is not.
    LogCounts const& counts() const noexcept { return counts_; }

private:
    // The bytes that an entry's views look at, where it outlives its line.
    struct Text {
        std::string bytes;

        void take(GinLine& line) {
            bytes.clear();
            bytes.append(line.client).append(line.method).append(line.quoted_path);
            restore(line);
        }

        // Views into `bytes`, wherever it has been moved to.
        void restore(GinLine& line) const {
            auto const all = std::string_view(bytes);
            line.client = all.substr(0, line.client.size());
            line.method = all.substr(line.client.size(), line.method.size());
            line.quoted_path = all.substr(line.client.size() + line.method.size());
        }
    };

    struct Kept {
        AccessEntry entry;
        Text text;
    };

    // The number of entries that may wait for the first slog line: then the calendar counts.
    static constexpr std::size_t unzoned_limit = 10'000;

    void hold(std::string_view part) {
        auto const kept = part.substr(0, overlong_ ? 0 : line_limit - held_.size());
        held_.append(kept);
        part.remove_prefix(kept.size());
        if (!part.empty()) {
            pass_over(part);
        }
    }

    // Of what is over the limit the mark alone is of interest: held_ is it, or the last bytes,
    // which may be its beginning.
    void pass_over(std::string_view part) {
        constexpr auto seam = gin_mark.size() - 1;
        overlong_ = true;
        held_.append(part.substr(0, seam));
        if (claims_to_be_gin_line(held_) || claims_to_be_gin_line(part)) {
            held_ = gin_mark;
        } else {
            auto const rest = part.size() < seam ? std::string_view(held_) : part;
            held_ = std::string(rest.substr(rest.size() - seam));
        }
    }

    template <class Sink>
    void take_held(Sink& sink) {
        if (overlong_) {
            flush(sink);
            ++counts_.lines;
            if (claims_to_be_gin_line(held_)) {
                count_unparsed();
            }
        } else {
            take_line(held_, sink);
            keep_pending();
        }
        held_.clear();
        overlong_ = false;
    }

    // Most lines are plain: one of them is taken and its newline given, else null.
    template <class Sink>
    char const* read_columns(char const* line, char const* end, Sink& sink) {
        auto const [newline, route] = columns_.read(line, end, entry_.line);
        if (newline == nullptr || newline == end ||
            newline - line > static_cast<std::ptrdiff_t>(line_limit)) {
            return nullptr;
        }
        ++counts_.lines;
        entry_.route = route;
        take_entry(sink, newline + 1 != end && newline[1] == '[');
        return newline;
    }

    template <class Sink>
    void take_line(std::string_view line, Sink& sink) {
        ++counts_.lines;
        auto const claims = claims_to_be_gin_line(line);
        if (auto const found = claims ? parse_gin_line(line) : std::nullopt) {
            entry_.line = *found;
            entry_.route = route_of_quoted(found->method, found->quoted_path);
            take_entry(sink, false);
        } else if (!has_pending_ || !is_detail(line) || !take_error(line)) {
            flush(sink);
            if (claims) {
                count_unparsed();
                line = line.substr(0, line.find(gin_mark)); // which a message may quote
            }
            if (!forced_ && !zone_.stays(line)) {
                take_offset(line, sink);
            }
        }
    }

    // What was read waits for its error lines, but where none can follow.
    template <class Sink>
    void take_entry(Sink& sink, bool is_alone) {
        ++counts_.entries;
        flush(sink);
        if (is_alone) {
            emit(entry_, sink);
        } else {
            set_aside(entry_);
            has_pending_ = true;
            is_kept_ = false;
        }
    }

    // Member by member, for GCC 12 copies the line as a whole by a slow `rep movs`.
    void set_aside(AccessEntry const& entry) {
        auto& line = pending_.line;
        line.time = entry.line.time;
        line.status = entry.line.status;
        line.latency_ns = entry.line.latency_ns;
        line.client = entry.line.client;
        line.method = entry.line.method;
        line.quoted_path = entry.line.quoted_path;
        pending_.route = entry.route;
    }

    // Its line is about to go.
    void keep_pending() {
        if (has_pending_ && !is_kept_) {
            pending_text_.take(pending_.line);
            is_kept_ = true;
        }
    }

    void count_unparsed() {
        if (counts_.unparsed++ == 0) {
            counts_.first_unparsed_line = counts_.lines;
        }
    }

    // Most lines are not by their first letter.
    static bool is_detail(std::string_view line) {
        return line.starts_with('E') || line.starts_with(' ');
    }

    // `Error #01: text`, numbered from 1 without a gap, and `     Meta: ` lines between.
    bool take_error(std::string_view line) {
        auto& errors = pending_.errors;
        if (line.starts_with("     Meta: ")) {
            return !errors.empty();
        }
        if (!line.starts_with("Error #")) {
            return false;
        }
        auto const number = std::to_string(errors.size() + 1);
        auto const head = (number.size() < 2 ? "0" + number : number) + ": ";
        if (!line.substr(7).starts_with(head)) {
            return false;
        }
        line.remove_prefix(7 + head.size());
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        errors.emplace_back(line);
        return true;
    }

    template <class Sink>
    void take_offset(std::string_view line, Sink& sink) {
        auto const offset = detail::slog_offset(line);
        if (!offset) {
            return;
        }
        for (auto& [entry, text] : std::exchange(unzoned_, {})) {
            date_by_offset(entry, *offset);
            text.restore(entry.line);
            sink(entry);
        }
        offset_ = offset;
        zone_.remember(line);
    }

    template <class Sink>
    [[gnu::noinline]] void emit_pending(Sink& sink) {
        has_pending_ = false;
        if (is_kept_) {
            pending_text_.restore(pending_.line);
        }
        emit(pending_, sink);
        pending_.errors.clear();
    }

    template <class Sink>
    [[gnu::always_inline]] void emit(AccessEntry& entry, Sink& sink) {
        if (!forced_ && offset_) {
            date_by_offset(entry, *offset_);
            sink(entry);
        } else if (forced_ || unzoned_.size() == unzoned_limit) {
            settle_zone(sink);
            date_by_calendar(entry);
            sink(entry);
        } else {
            keep_unzoned(entry);
        }
    }

    [[gnu::cold]] void keep_unzoned(AccessEntry& entry) {
        auto text = Text{};
        text.take(entry.line);
        unzoned_.push_back({entry, std::move(text)});
    }

    static void date_by_offset(AccessEntry& entry, std::chrono::seconds offset) {
        entry.time = std::chrono::sys_seconds(entry.line.time.time_since_epoch()) - offset;
        entry.offset = offset;
    }

    void date_by_calendar(AccessEntry& entry) {
        entry.time = calendar_time(entry.line.time);
        entry.offset = entry.line.time.time_since_epoch() - entry.time.time_since_epoch();
        last_ = std::max(last_, entry.time);
    }

    // In the repeated hour the order of the file tells which of the two it is.
    std::chrono::sys_seconds calendar_time(std::chrono::local_seconds local) const {
        auto const first = calendar_.to_sys(local);
        auto const second = calendar_.later(local);
        return second && last_ > first ? *second : first;
    }

    Calendar calendar_;
    bool forced_;
    LogCounts counts_;
    std::string held_;
    bool overlong_ = false;
    detail::GinColumns columns_;
    detail::SlogZone zone_; // that offset_ is of
    AccessEntry entry_;     // that is read
    AccessEntry pending_;   // that waits for the error lines behind it
    bool has_pending_ = false;
    bool is_kept_ = false; // its views look at pending_text_
    Text pending_text_;
    std::vector<Kept> unzoned_;
    std::optional<std::chrono::seconds> offset_;
    std::chrono::sys_seconds last_ = std::chrono::sys_seconds::min();
};

} // namespace ousage::ollama
