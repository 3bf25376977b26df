#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/detail/engine_scan.hpp>
#include <ousage/ollama/log/detail/entry_dater.hpp>
#include <ousage/ollama/log/detail/gin_columns.hpp>
#include <ousage/ollama/log/detail/line_prefix.hpp>
#include <ousage/ollama/log/detail/line_scan.hpp>
#include <ousage/ollama/log/detail/partial_line.hpp>
#include <ousage/ollama/log/detail/pending_entry.hpp>
#include <ousage/ollama/log/detail/plain_line.hpp>
#include <ousage/ollama/log/detail/text_decoder.hpp>
#include <ousage/ollama/log/gin_line.hpp>
#include <ousage/ollama/log/log_counts.hpp>
#include <ousage/ollama/log/route.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

/// A sink that also receives lines: `line(text, entries)` for the lines that are neither entries
/// nor their error lines and that may be about the engine or contain a time, and for the text
/// before an entry. `entries` is the number of entries before it. The text is valid only during the
/// call.
template <class Sink>
concept LineSink = requires(Sink& sink, std::string_view text, std::uint64_t entries) {
    sink.line(text, entries);
};

/// Parses the bytes of one log, in chunks of any size, into entries in log order. Does no file I/O.
/// Decodes what tools made of the lines: UTF-16 with a byte order mark, runs of NUL, JSON objects
/// of docker, journalctl and Grafana, escaped colour codes, no-break spaces. A line of more than
/// 65,536 bytes before its newline counts as unparsed if it contains `[GIN] ` at any offset. The
/// excess bytes are discarded and parsing continues after the newline. Not thread-safe.
class AccessLog {
public:
    /// The maximum length of a parsed line, in bytes without its newline.
    static constexpr std::size_t line_limit = detail::PartialLine::limit;

    /// Local times are converted with `calendar` if neither a slog line nor the prefix of their
    /// line contains their UTC offset. If `forced` is true, `calendar` is always used
    /// (`--log-timezone`).
    explicit AccessLog(Calendar calendar, bool forced = false)
        : dater_(std::move(calendar), forced) {}

    /// Parses bytes and calls `sink(AccessEntry&)` for every complete entry: its line and the error
    /// lines after it. A last line without its newline is kept until more bytes follow.
    template <class Sink>
    void feed(std::string_view bytes, Sink&& sink) {
        counts_.bytes += bytes.size();
        feed_text(decoder_.decode(bytes), sink);
    }

    /// Ends the log: parses a last line without a newline and emits all pending entries.
    template <class Sink>
    void finish(Sink&& sink) {
        feed_text(decoder_.finish(), sink);
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

    /// Returns the UTC offset of the first slog line; empty if there was none.
    std::optional<std::chrono::seconds> first_offset() const noexcept {
        return dater_.first_offset();
    }

    /// Returns the counts so far. A line that is still incomplete is not counted.
    LogCounts const& counts() const noexcept { return counts_; }

    /// Returns whether the UTC offset of the lines is known from a slog line, or forced.
    bool has_offset() const noexcept { return dater_.has_offset(); }

    /// Returns whether the bytes are UTF-8, or a superset of ASCII.
    bool is_plain() const noexcept { return decoder_.is_plain(); }

    /// Forgets an incomplete last line of that many bytes, which are passed again.
    void drop_partial(std::uint64_t bytes) {
        partial_.clear();
        counts_.bytes -= bytes;
    }

    // Reads or writes what the lines after this one depend on, after `flush` and `settle_zone`: see
    // detail/state_archive.hpp.
    template <class Archive>
    void archive(Archive& with) {
        with(decoder_, dater_, counts_);
    }

private:
    template <class Sink>
    void feed_text(std::string_view text, Sink& sink) {
        if (!partial_.empty()) {
            auto const end = text.find('\n');
            partial_.append(text.substr(0, end));
            if (end == text.npos) {
                return;
            }
            parse_partial(sink);
            text.remove_prefix(end + 1);
        }
        parse_lines(text.data(), text.data() + text.size(), sink);
        pending_.copy_text();
    }

    template <class Sink>
    [[gnu::always_inline]] void parse_lines(char const* at, char const* end, Sink& sink) {
        while (at != end) {
            auto const* newline = read_columns(at, end, sink);
            if (newline == nullptr) {
                newline = scan_lines(at, end, sink);
                if (newline == nullptr) {
                    break;
                }
            }
            at = newline + 1;
        }
    }

    // Parses lines until one may be an access line without a prefix. Returns the newline of the
    // last one, or null at the end of the bytes.
    template <class Sink>
    [[gnu::noinline]] char const* scan_lines(char const* at, char const* end, Sink& sink) {
        for (;;) {
            auto const scan = detail::scan_line(at, end);
            auto const* const newline = scan.newline;
            auto const size = static_cast<std::size_t>((newline == nullptr ? end : newline) - at);
            auto const line = std::string_view(at, size);
            if (newline == nullptr) {
                partial_.append(line);
                return nullptr;
            }
            if (size > line_limit) {
                partial_.append(line);
                parse_partial(sink);
            } else if (is_ordinary(line, scan)) {
                flush(sink);
                ++counts_.lines;
                if (scan.level || detail::may_be_engine_line(line)) {
                    pass_line(line, sink);
                }
            } else {
                parse_line(line, scan, sink);
            }
            at = newline + 1;
            if (at == end || *at == '[') {
                return newline;
            }
            if (!pending_.exists()) {
                auto const skipped = LineSink<Sink> ? detail::skip_lines_without_task(at, end)
                                                    : detail::skip_ordinary_lines(at, end);
                counts_.lines += skipped.count;
                if (skipped.at == end) {
                    return end - 1;
                }
                at = skipped.at;
            }
        }
    }

    // Returns true for a line that is neither an entry nor an error line nor JSON and that does not
    // change the zone.
    bool is_ordinary(std::string_view line, detail::LineScan const& scan) const {
        return !scan.mark && !scan.nul && (!scan.level || dater_.is_known_offset(line)) &&
               !pending_.may_continue(line) && !detail::may_be_json(line);
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
            auto const line = partial_.text();
            parse_line(line, detail::scan_line(line.data(), line.data() + line.size()), sink);
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
    void parse_line(std::string_view line, detail::LineScan const& scan, Sink& sink) {
        if (scan.nul) {
            auto const text = detail::without_nuls(line);
            auto const again = detail::scan_line(text.data(), text.data() + text.size());
            parse_line(text, again, sink);
            pending_.copy_text();
            return;
        }
        ++counts_.lines;
        if ((scan.mark && parse_entry(line, sink)) || pending_.append_error(line)) {
            return;
        }
        auto const is_candidate = scan.mark || scan.level || pending_.exists();
        if (detail::may_be_json(line) || (is_candidate && detail::may_have_codes(line))) {
            parse_encoded(line, sink);
        } else if (!parse_other(line, sink)) {
            count_unparsed();
        }
    }

    // Parses the text of a line that may be JSON or contain colour codes: one or more lines.
    template <class Sink>
    void parse_encoded(std::string_view line, Sink& sink) {
        auto const entries = counts_.entries;
        auto is_parsed = true;
        auto text = detail::plain_line(line, plain_);
        for (auto more = true; more;) {
            auto const end = text.find('\n');
            more = end != text.npos;
            auto const part = text.substr(0, end);
            is_parsed = (parse_entry(part, sink) || parse_other(part, sink)) && is_parsed;
            text.remove_prefix(more ? end + 1 : text.size());
        }
        pending_.copy_text();
        if (!is_parsed || (counts_.entries == entries && has_gin_mark(line))) {
            count_unparsed();
        }
    }

    template <class Sink>
    bool parse_entry(std::string_view line, Sink& sink) {
        auto const found = parse_gin_line(line);
        if (!found) {
            return false;
        }
        auto const prefix = line.substr(0, line.find(gin_mark));
        if (!prefix.empty()) {
            flush(sink);
            dater_.read_offset(prefix, sink); // the end of a slog line may be missing
            pass_line(prefix, sink);
        }
        entry_.line = *found;
        entry_.route = route_of_quoted(found->method, found->quoted_path);
        add_entry(sink, false);
        if (!prefix.empty()) {
            pending_.set_prefix(
                prefix,
                dater_.uses_prefixes() ? detail::prefix_offset(prefix, found->time) : std::nullopt);
        }
        return true;
    }

    // Parses an error line, a slog line or any other line. Returns false if it has the mark of an
    // entry.
    template <class Sink>
    bool parse_other(std::string_view line, Sink& sink) {
        if (pending_.append_error(line)) {
            return true;
        }
        flush(sink);
        dater_.read_offset(line, sink);
        pass_line(line, sink);
        return !has_gin_mark(line);
    }

    template <class Sink>
    void pass_line([[maybe_unused]] std::string_view line, [[maybe_unused]] Sink& sink) {
        if constexpr (LineSink<Sink>) {
            sink.line(line, counts_.entries);
        }
    }

    // Holds the entry until its error lines are read, unless none can follow.
    template <class Sink>
    void add_entry(Sink& sink, bool is_alone) {
        ++counts_.entries;
        flush(sink);
        if (is_alone) {
            dater_.emit(entry_, std::nullopt, sink);
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
        dater_.emit(pending_.release(), pending_.own_offset(), sink);
        pending_.clear_errors();
    }

    detail::TextDecoder decoder_;
    detail::EntryDater dater_;
    LogCounts counts_;
    detail::PartialLine partial_; // the last line, without its newline yet
    detail::GinColumns columns_;
    AccessEntry entry_; // the entry being parsed
    detail::PendingEntry pending_;
    std::string plain_; // the text of the encoded line being parsed
};

} // namespace OUSAGE_NAMESPACE::ollama
