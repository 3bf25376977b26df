#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/detail/entry_clock.hpp>
#include <ousage/ollama/log/detail/error_lines.hpp>
#include <ousage/ollama/log/detail/gin_columns.hpp>
#include <ousage/ollama/log/detail/held_line.hpp>
#include <ousage/ollama/log/detail/kept_entry.hpp>
#include <ousage/ollama/log/gin_line.hpp>
#include <ousage/ollama/log/gin_path.hpp>
#include <ousage/ollama/log/log_counts.hpp>
#include <ousage/ollama/log/route.hpp>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Parses the bytes of one log, in chunks of any size, into entries in log order. Does no file I/O.
/// A line of more than 65,536 bytes before its newline counts as unparsed if it contains `[GIN] `
/// at any offset. The excess bytes are discarded and parsing continues after the newline.
class AccessLog {
public:
    /// The maximum length of a parsed line, in bytes without its newline.
    static constexpr std::size_t line_limit = detail::HeldLine::limit;

    /// Local times are converted with `calendar` if no slog line contains their UTC offset. If
    /// `forced` is true, `calendar` is always used (`--log-timezone`).
    explicit AccessLog(Calendar calendar, bool forced = false)
        : clock_(std::move(calendar), forced) {}

    /// Parses bytes and calls `sink(AccessEntry&)` for every complete entry: its line and the error
    /// lines after it. A last line without its newline is kept until more bytes follow.
    template <class Sink>
    void feed(std::string_view bytes, Sink&& sink) {
        counts_.bytes += bytes.size();
        if (!held_.empty()) {
            auto const end = bytes.find('\n');
            held_.append(bytes.substr(0, end));
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
                    held_.append(line);
                    break;
                }
                if (line.size() <= line_limit) {
                    take_line(line, sink);
                } else {
                    held_.append(line);
                    take_held(sink);
                }
            }
            at = newline + 1;
        }
        keep_pending();
    }

    /// Ends the log: parses a last line without a newline and emits all pending entries.
    template <class Sink>
    void finish(Sink&& sink) {
        if (!held_.empty()) {
            take_held(sink);
        }
        flush(sink);
        settle_zone(sink);
        columns_ = {}; // frees 160 KiB; there may be two thousand ended logs
    }

    /// Emits the entry that is pending its error lines. The last, partial line is kept.
    template <class Sink>
    void flush(Sink&& sink) {
        if (has_pending_) {
            emit_pending(sink);
        }
    }

    /// Emits the entries that are queued until the first slog line, dated by the calendar. For a
    /// live log.
    template <class Sink>
    void settle_zone(Sink&& sink) {
        date_by_calendar(sink);
        waits_for_zone_ = true;
    }

    /// Sets the UTC offset of lines that no slog line precedes. If it is empty, no slog line is
    /// expected: entries are not queued for one until the next `settle_zone`.
    void assume_offset(std::optional<std::chrono::seconds> offset) {
        clock_.assume(offset);
        waits_for_zone_ = false;
    }

    /// Returns the counts so far. A line that is still incomplete is not counted.
    LogCounts const& counts() const noexcept { return counts_; }

private:
    // The maximum number of entries queued until the first slog line. If it is reached, the
    // calendar is used.
    static constexpr std::size_t unzoned_limit = 10'000;

    template <class Sink>
    void take_held(Sink& sink) {
        if (held_.is_overlong()) {
            flush(sink);
            ++counts_.lines;
            if (held_.claims()) {
                count_unparsed();
            }
        } else {
            take_line(held_.text(), sink);
            keep_pending();
        }
        held_.clear();
    }

    // Fast path for plain lines. Parses one line and returns its newline, or null if the line is
    // not plain.
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
        } else if (!takes_error(line)) {
            flush(sink);
            if (claims) {
                count_unparsed();
                line = line.substr(0, line.find(gin_mark)); // a message may quote an access line
            }
            if (clock_.learn(line)) {
                date_by_offset(sink);
            }
        }
    }

    // Appends an error line to the pending entry. Returns false if the line is not one.
    bool takes_error(std::string_view line) {
        return has_pending_ && detail::may_be_error_line(line) &&
               detail::take_error_line(line, pending_.errors);
    }

    // Holds the entry until its error lines are read, unless none can follow.
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

    // Copies member by member, because GCC 12 copies the whole line with a slow `rep movs`.
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

    // Copies the text of the pending entry before its line becomes invalid.
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

    // Emits all queued entries, dated by the calendar.
    template <class Sink>
    void date_by_calendar(Sink& sink) {
        for (auto& [entry, text] : std::exchange(unzoned_, {})) {
            clock_.date_by_calendar(entry);
            text.restore(entry.line);
            sink(entry);
        }
    }

    template <class Sink>
    void date_by_offset(Sink& sink) {
        for (auto& [entry, text] : std::exchange(unzoned_, {})) {
            clock_.date_by_offset(entry);
            text.restore(entry.line);
            sink(entry);
        }
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
        if (clock_.knows_offset()) {
            clock_.date_by_offset(entry);
            sink(entry);
        } else if (clock_.is_forced() || !waits_for_zone_ || unzoned_.size() == unzoned_limit) {
            date_by_calendar(sink);
            clock_.date_by_calendar(entry);
            sink(entry);
        } else {
            keep_unzoned(entry);
        }
    }

    [[gnu::cold]] void keep_unzoned(AccessEntry& entry) {
        auto text = detail::LineText{};
        text.take(entry.line);
        unzoned_.push_back({entry, std::move(text)});
    }

    detail::EntryClock clock_;
    LogCounts counts_;
    detail::HeldLine held_; // the last line, without its newline yet
    detail::GinColumns columns_;
    AccessEntry entry_;   // the entry being parsed
    AccessEntry pending_; // the entry pending its error lines
    bool has_pending_ = false;
    bool is_kept_ = false; // its views point into pending_text_
    detail::LineText pending_text_;
    std::vector<detail::KeptEntry> unzoned_;
    bool waits_for_zone_ = true;
};

} // namespace OUSAGE_NAMESPACE::ollama
