#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/detail/entry_dater.hpp>
#include <ousage/ollama/log/detail/gin_columns.hpp>
#include <ousage/ollama/log/detail/partial_line.hpp>
#include <ousage/ollama/log/detail/pending_entry.hpp>
#include <ousage/ollama/log/gin_line.hpp>
#include <ousage/ollama/log/log_counts.hpp>
#include <ousage/ollama/log/route.hpp>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

/// Parses the bytes of one log, in chunks of any size, into entries in log order. Does no file I/O.
/// A line of more than 65,536 bytes before its newline counts as unparsed if it contains `[GIN] `
/// at any offset. The excess bytes are discarded and parsing continues after the newline. Not
/// thread-safe.
class AccessLog {
public:
    /// The maximum length of a parsed line, in bytes without its newline.
    static constexpr std::size_t line_limit = detail::PartialLine::limit;

    /// Local times are converted with `calendar` if no slog line contains their UTC offset. If
    /// `forced` is true, `calendar` is always used (`--log-timezone`).
    explicit AccessLog(Calendar calendar, bool forced = false)
        : dater_(std::move(calendar), forced) {}

    /// Parses bytes and calls `sink(AccessEntry&)` for every complete entry: its line and the error
    /// lines after it. A last line without its newline is kept until more bytes follow.
    template <class Sink>
    void feed(std::string_view bytes, Sink&& sink) {
        counts_.bytes += bytes.size();
        if (!partial_.empty()) {
            auto const end = bytes.find('\n');
            partial_.append(bytes.substr(0, end));
            if (end == bytes.npos) {
                return;
            }
            parse_partial(sink);
            bytes.remove_prefix(end + 1);
        }
        parse_lines(bytes.data(), bytes.data() + bytes.size(), sink);
        pending_.copy_text();
    }

    /// Ends the log: parses a last line without a newline and emits all pending entries.
    template <class Sink>
    void finish(Sink&& sink) {
        if (!partial_.empty()) {
            parse_partial(sink);
        }
        flush(sink);
        settle_zone(sink);
        columns_ = {}; // frees 160 KiB; there may be two thousand ended logs
    }

    /// Emits the entry that is pending its error lines. The last, partial line is kept.
    template <class Sink>
    void flush(Sink&& sink) {
        if (pending_.exists()) {
            emit_pending(sink);
        }
    }

    /// Emits the entries that are queued until the first slog line, dated by the calendar. For a
    /// live log.
    template <class Sink>
    void settle_zone(Sink&& sink) {
        dater_.settle(sink);
    }

    /// Sets the UTC offset of lines that no slog line precedes. If it is empty, no slog line is
    /// expected: entries are not queued for one until the next `settle_zone`.
    void assume_offset(std::optional<std::chrono::seconds> offset) { dater_.assume_offset(offset); }

    /// Returns the counts so far. A line that is still incomplete is not counted.
    LogCounts const& counts() const noexcept { return counts_; }

private:
    template <class Sink>
    [[gnu::always_inline]] void parse_lines(char const* at, char const* end, Sink& sink) {
        while (at != end) {
            auto const* newline = read_columns(at, end, sink);
            if (newline == nullptr) {
                newline = static_cast<char const*>(
                    std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
                auto const line = std::string_view(
                    at, static_cast<std::size_t>((newline == nullptr ? end : newline) - at));
                if (newline == nullptr) {
                    partial_.append(line);
                    break;
                }
                if (line.size() <= line_limit) {
                    parse_line(line, sink);
                } else {
                    partial_.append(line);
                    parse_partial(sink);
                }
            }
            at = newline + 1;
        }
    }

    template <class Sink>
    void parse_partial(Sink& sink) {
        if (partial_.is_overlong()) {
            flush(sink);
            ++counts_.lines;
            if (partial_.has_mark()) {
                count_unparsed();
            }
        } else {
            parse_line(partial_.text(), sink);
            pending_.copy_text();
        }
        partial_.clear();
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
        add_entry(sink, newline + 1 != end && newline[1] == '[');
        return newline;
    }

    template <class Sink>
    void parse_line(std::string_view line, Sink& sink) {
        ++counts_.lines;
        auto const has_mark = has_gin_mark(line);
        if (auto const found = has_mark ? parse_gin_line(line) : std::nullopt) {
            entry_.line = *found;
            entry_.route = route_of_quoted(found->method, found->quoted_path);
            add_entry(sink, false);
        } else if (!pending_.append_error(line)) {
            flush(sink);
            if (has_mark) {
                count_unparsed();
                line = line.substr(0, line.find(gin_mark)); // a message may quote an access line
            }
            dater_.read_offset(line, sink);
        }
    }

    // Holds the entry until its error lines are read, unless none can follow.
    template <class Sink>
    void add_entry(Sink& sink, bool is_alone) {
        ++counts_.entries;
        flush(sink);
        if (is_alone) {
            dater_.emit(entry_, sink);
        } else {
            pending_.hold(entry_);
        }
    }

    void count_unparsed() {
        if (counts_.unparsed++ == 0) {
            counts_.first_unparsed_line = counts_.lines;
        }
    }

    template <class Sink>
    [[gnu::noinline]] void emit_pending(Sink& sink) {
        dater_.emit(pending_.release(), sink);
        pending_.clear_errors();
    }

    detail::EntryDater dater_;
    LogCounts counts_;
    detail::PartialLine partial_; // the last line, without its newline yet
    detail::GinColumns columns_;
    AccessEntry entry_; // the entry being parsed
    detail::PendingEntry pending_;
};

} // namespace OUSAGE_NAMESPACE::ollama
