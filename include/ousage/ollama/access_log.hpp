#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/ollama/detail/slog_time.hpp>
#include <ousage/ollama/gin_line.hpp>
#include <ousage/ollama/gin_path.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
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
};

/// Turns the bytes of one log, in any pieces, into entries in their order. Knows no files.
/// Lines are cut at 65,536 bytes before their newline: a longer one is unparsed where it holds
/// `[GIN] ` within them, and reading goes on behind its newline.
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
        while (!bytes.empty()) {
            auto const end = bytes.find('\n');
            auto const part = bytes.substr(0, end);
            if (held_.empty() && !overlong_ && end != bytes.npos && part.size() <= line_limit) {
                take_line(part, sink);
            } else {
                hold(part);
                if (end != bytes.npos) {
                    take_held(sink);
                }
            }
            bytes.remove_prefix(end == bytes.npos ? bytes.size() : end + 1);
        }
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
        if (pending_) {
            emit(*pending_, sink);
            pending_.reset();
        }
    }

    /// Entries that wait for the first slog line are handed out by the calendar. For a live log.
    template <class Sink>
    void settle_zone(Sink&& sink) {
        for (auto& entry : std::exchange(unzoned_, {})) {
            date(entry.entry, calendar_time(entry.entry.line.time));
            entry.restore();
            sink(entry.entry);
        }
    }

    /// What was counted so far; a line that is held back is not.
    LogCounts const& counts() const noexcept { return counts_; }

private:
    // An entry that outlives its line: it owns the bytes that its views look at.
    struct Kept {
        AccessEntry entry;
        std::string text;
        std::size_t client, method, quoted;

        explicit Kept(AccessEntry from) : entry(std::move(from)) {
            auto const& line = entry.line;
            client = line.client.size();
            method = line.method.size();
            quoted = line.quoted_path.size();
            text.append(line.client).append(line.method).append(line.quoted_path);
        }

        // Views into `text`, wherever it has been moved to.
        void restore() {
            auto const all = std::string_view(text);
            entry.line.client = all.substr(0, client);
            entry.line.method = all.substr(client, method);
            entry.line.quoted_path = all.substr(client + method, quoted);
        }
    };

    // The number of entries that may wait for the first slog line: then the calendar counts.
    static constexpr std::size_t unzoned_limit = 10'000;

    void hold(std::string_view part) {
        auto const room = line_limit - std::min(held_.size(), line_limit);
        overlong_ = overlong_ || part.size() > room;
        held_.append(part.substr(0, room));
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
        }
        held_.clear();
        overlong_ = false;
    }

    template <class Sink>
    void take_line(std::string_view line, Sink& sink) {
        ++counts_.lines;
        if (auto const found = parse_gin_line(line)) {
            ++counts_.entries;
            flush(sink);
            auto entry = AccessEntry{{}, {}, *found, {}};
            pending_.emplace(std::move(entry));
        } else if (!pending_ || !take_error(line)) {
            flush(sink);
            if (claims_to_be_gin_line(line)) {
                count_unparsed();
            } else if (!forced_) {
                take_offset(line, sink);
            }
        }
    }

    void count_unparsed() {
        if (counts_.unparsed++ == 0) {
            counts_.first_unparsed_line = counts_.lines;
        }
    }

    // `Error #01: text`, numbered from 1 without a gap, and `     Meta: ` lines between.
    bool take_error(std::string_view line) {
        if (line.starts_with("     Meta: ")) {
            return !pending_->entry.errors.empty();
        }
        auto const number = std::to_string(pending_->entry.errors.size() + 1);
        auto const head = "Error #" + (number.size() < 2 ? "0" + number : number) + ": ";
        if (!line.starts_with(head)) {
            return false;
        }
        line.remove_prefix(head.size());
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        pending_->entry.errors.emplace_back(line);
        return true;
    }

    template <class Sink>
    void take_offset(std::string_view line, Sink& sink) {
        auto const offset = detail::slog_offset(line);
        if (!offset) {
            return;
        }
        for (auto& waiting : std::exchange(unzoned_, {})) {
            date_by_offset(waiting.entry, *offset);
            waiting.restore();
            sink(waiting.entry);
        }
        offset_ = offset;
    }

    template <class Sink>
    void emit(Kept& kept, Sink& sink) {
        if (forced_) {
            date(kept.entry, calendar_time(kept.entry.line.time));
        } else if (offset_) {
            date_by_offset(kept.entry, *offset_);
        } else if (unzoned_.size() < unzoned_limit) {
            unzoned_.push_back(std::move(kept));
            return;
        } else {
            settle_zone(sink);
            date(kept.entry, calendar_time(kept.entry.line.time));
        }
        kept.restore();
        sink(kept.entry);
    }

    void date(AccessEntry& entry, std::chrono::sys_seconds time) {
        entry.time = time;
        entry.offset = entry.line.time.time_since_epoch() - time.time_since_epoch();
        last_ = std::max(last_, time);
    }

    void date_by_offset(AccessEntry& entry, std::chrono::seconds offset) {
        date(entry, std::chrono::sys_seconds(entry.line.time.time_since_epoch()) - offset);
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
    std::optional<Kept> pending_;
    std::vector<Kept> unzoned_;
    std::optional<std::chrono::seconds> offset_;
    std::chrono::sys_seconds last_ = std::chrono::sys_seconds::min();
};

} // namespace ousage::ollama
