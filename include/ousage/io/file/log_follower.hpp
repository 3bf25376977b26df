#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/detail/followed_log.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/io/file/log_files.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <list>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// Reads logs so that each byte comes once, however they are rotated: by renaming, by copying and
/// truncating, by compressing, by replacing. A log is told by its file (device and inode) and by
/// its first and last bytes; its place is kept from poll to poll, and its file stays open, so that
/// the rest of a renamed or deleted one is read too.
class LogFollower {
public:
    /// Reads what is new in `files`, the oldest first, and in those that were there before, until
    /// `stop`; returns what failed, by file. A log keeps its number under every name. The visitor
    /// is called with it:
    /// `begin(number, LogFile, LogBytes&)` gives the offset to start at, 0 for all;
    /// `bytes(number, std::string_view)` takes what is new;
    /// `end(number)`: no more is expected, a last line without newline is whole. What comes
    /// nevertheless is told from the next line on;
    /// `gone(number)`: this number does not come again.
    template <class Visitor>
    std::vector<Failure>
    poll(std::vector<LogFile> const& files, std::stop_token const& stop, Visitor& visitor) {
        auto failures = std::vector<Failure>{};
        auto fresh = match(files, failures);
        auto const reads = Reads<Visitor>{stop, visitor, failures};
        for (auto& log : logs_) {
            if (!log.copy_of) {
                drain(log, reads);
            }
        }
        look_at_copies(reads);
        for (auto& [file, bytes] : fresh) {
            take_up(Log(file, std::move(bytes)), reads);
        }
        if (!stop.stop_requested()) {
            settle(visitor);
            is_first_ = false;
        }
        return failures;
    }

    /// How many bytes were passed over because the visitor began behind them.
    std::uint64_t skipped() const noexcept { return skipped_; }

    /// How often a log was found cut, or other than it was.
    std::uint64_t truncations() const noexcept { return truncations_; }

    /// How often a log was found under another name or in another file.
    std::uint64_t rotations() const noexcept { return rotations_; }

private:
    using Log = detail::FollowedLog;
    using Place = detail::LogPlace;
    using Fresh = std::vector<std::pair<LogFile, LogBytes>>;

    // What was left behind when a file was truncated; kept for one more poll, for its copy may not
    // have been listed.
    struct Abandoned {
        Place place;
        bool is_leaving = false;
    };

    // A log that has no name any more, by its file: it may come back.
    struct Away {
        FileId id;
        Place place;
    };

    static constexpr std::size_t away_limit = 64;

    template <class Visitor>
    struct Reads {
        std::stop_token const& stop;
        Visitor& visitor;
        std::vector<Failure>& failures;
    };

    static void note(std::vector<Failure>& failures, LogFile const& file, Failure failure) {
        failure.part = file.path.filename().string();
        failures.push_back(std::move(failure));
    }

    // Finds the known logs under their names of today, and opens the others.
    Fresh match(std::vector<LogFile> const& files, std::vector<Failure>& failures) {
        for (auto& log : logs_) {
            log.is_listed = false;
        }
        auto fresh = Fresh{};
        for (auto const& file : files) {
            auto const id = file_id(file.path);
            if (id && recognize(file, *id)) {
                continue;
            }
            auto opened = LogBytes::open(file);
            if (!opened) {
                note(failures, file, opened.failure());
            } else if (*opened && std::none_of(fresh.begin(), fresh.end(), [&](auto const& one) {
                           return one.second.id() == (*opened)->id();
                       })) {
                fresh.emplace_back(file, std::move(**opened));
            }
        }
        put_originals_first(fresh);
        return fresh;
    }

    // `X` before `X.gz`, which is compressed from it and may not be whole yet.
    static void put_originals_first(Fresh& fresh) {
        for (auto one = fresh.begin(); one != fresh.end(); ++one) {
            auto const& name = one->first.path.native();
            if (!name.ends_with(".gz")) {
                continue; // most are not: of two thousand logs no two are compared
            }
            auto const plain = std::filesystem::path(name.substr(0, name.size() - 3));
            auto const original = std::find_if(one, fresh.end(), [&plain](auto const& other) {
                return other.first.path == plain;
            });
            if (original != fresh.end()) {
                std::rotate(one, original, std::next(original));
            }
        }
    }

    bool recognize(LogFile const& file, FileId id) {
        auto const log = std::find_if(
            logs_.begin(), logs_.end(), [id](Log const& one) { return one.bytes.id() == id; });
        if (log == logs_.end()) {
            return false;
        }
        // Of several names of one file the first counts: it is the oldest.
        if (!std::exchange(log->is_listed, true)) {
            rotations_ += log->file.path != file.path ? 1u : 0u;
            log->file = file;
        }
        return true;
    }

    template <class Visitor>
    void drain(Log& log, Reads<Visitor> const& reads) {
        log.grew = false;
        buffer_.resize(256 * 1024);
        while (!reads.stop.stop_requested()) {
            auto const read = log.read(buffer_);
            if (!read) {
                note(reads.failures, log.file, read.failure());
                return;
            }
            if (!*read) {
                restart(log, reads.visitor);
                continue;
            }
            if ((*read)->empty()) {
                return;
            }
            log.grew = true;
            auto const is_all = (*read)->size() < buffer_.size() / 2;
            give(log.place, **read, reads.visitor);
            if (is_all) {
                return;
            }
        }
    }

    template <class Visitor>
    void give(Place& place, std::string_view bytes, Visitor& visitor) {
        place.advance(bytes);
        place.has_ended = false;
        if (place.in_the_line) {
            auto const newline = bytes.find('\n');
            place.in_the_line = newline == bytes.npos;
            bytes.remove_prefix(place.in_the_line ? bytes.size() : newline + 1);
        }
        if (!bytes.empty()) {
            visitor.bytes(place.number, bytes);
        }
    }

    // The file was truncated: it is another log from now on.
    template <class Visitor>
    void restart(Log& log, Visitor& visitor) {
        ++truncations_;
        abandoned_.push_back({std::exchange(log.place, Place{})});
        begin(log, visitor);
    }

    template <class Visitor>
    void begin(Log& log, Visitor& visitor) {
        log.place.number = next_number_++;
        if (auto const offset = visitor.begin(log.place.number, log.file, log.bytes); offset > 0) {
            log.start_at(offset);
            skipped_ += offset;
        }
    }

    // The same, where its first bytes were told under another number.
    template <class Visitor>
    void begin_behind(std::uint64_t told, bool in_the_line, Log& log, Visitor& visitor) {
        begin(log, visitor);
        if (told > log.place.offset) {
            log.start_at(told);
            log.place.in_the_line = in_the_line;
        }
    }

    // Copies whose original was truncated or has gone hold what was not read of it; those that
    // are no longer the same are logs of their own.
    template <class Visitor>
    void look_at_copies(Reads<Visitor> const& reads) {
        for (auto& log : logs_) {
            if (!log.copy_of || !log.is_listed) {
                continue;
            }
            if (inherit(log)) {
                drain(log, reads);
            } else if (log.has_changed() && !goes_on_as_copy(log)) {
                part_ways(log, reads.visitor);
                drain(log, reads);
            }
        }
        logs_.remove_if([](Log const& log) { return log.is_replaced; });
    }

    // A copy that is still being made.
    bool goes_on_as_copy(Log& copy) {
        auto const original = std::find_if(logs_.begin(), logs_.end(), [&copy](Log const& log) {
            return !log.copy_of && log.place.number == copy.copy_of;
        });
        if (original == logs_.end() || !copy.is_beginning_of(*original)) {
            return false;
        }
        copy.share(original->place.number);
        return true;
    }

    // What it had in common with its original is known; a few bytes may have been chance.
    template <class Visitor>
    void part_ways(Log& log, Visitor& visitor) {
        auto const is_known =
            log.holds(log.shared) && (!log.file.live || log.shared.offset >= Place::head_size);
        log.copy_of.reset();
        auto const told = is_known ? log.shared.offset : 0;
        begin_behind(told, !log.shared.is_at_line_end(), log, visitor);
    }

    // Puts a file in the place of a log that is no longer, where it holds the same.
    bool inherit(Log& heir) {
        auto const fits = [&heir](Place const& place, bool is_known_copy) {
            return (is_known_copy || is_evidence(heir.file, place)) && heir.contains(place);
        };
        for (auto left = abandoned_.begin(); left != abandoned_.end(); ++left) {
            if (fits(left->place, heir.copy_of == left->place.number)) {
                heir.place = std::move(left->place);
                heir.copy_of.reset();
                abandoned_.erase(left);
                ++rotations_;
                return true;
            }
        }
        for (auto& log : logs_) {
            if (!log.is_listed && !log.copy_of && !log.is_replaced &&
                fits(log.place, heir.copy_of == log.place.number)) {
                heir.place = std::move(log.place);
                heir.copy_of.reset();
                log.is_replaced = true;
                ++rotations_;
                return true;
            }
        }
        return false;
    }

    // Whether equal bytes tell that one file is a copy of another: a rotated name says so by
    // itself, else it takes more of them than two logs could begin with by chance.
    static bool is_evidence(LogFile const& file, Place const& place) {
        return !file.live || place.offset >= Place::head_size;
    }

    template <class Visitor>
    void take_up(Log log, Reads<Visitor> const& reads) {
        if (!log.file.live && has_only_begun(log, reads)) {
            return;
        }
        if (!inherit(log)) {
            if (auto* const original = find_original(log)) {
                log.share(original->place.number);
                logs_.push_back(std::move(log));
                return;
            }
            if (!supersede(log) && !come_back(log, reads.visitor)) {
                begin(log, reads.visitor);
            }
        }
        logs_.remove_if([](Log const& one) { return one.is_replaced; });
        logs_.push_back(std::move(log));
        drain(logs_.back(), reads);
    }

    // A copy of which there is nothing yet tells nothing yet; neither does one that is damaged.
    template <class Visitor>
    static bool has_only_begun(Log& log, Reads<Visitor> const& reads) {
        char first = 0;
        auto const count = log.bytes.read_at(0, &first, 1);
        if (!count) {
            note(reads.failures, log.file, count.failure());
        }
        return !count || *count == 0;
    }

    // A file that was away goes on where it was.
    template <class Visitor>
    bool come_back(Log& log, Visitor& visitor) {
        auto const known = std::find_if(away_.begin(), away_.end(), [&log](Away const& one) {
            return one.id == log.bytes.id() && log.contains(one.place);
        });
        if (known == away_.end()) {
            return false;
        }
        begin_behind(known->place.offset, known->place.in_the_line, log, visitor);
        away_.erase(known);
        return true;
    }

    // A log that is there and has all that this file has.
    Log* find_original(Log& copy) {
        for (auto& log : logs_) {
            auto const evident = is_first_ ? log.place.offset >= Place::head_size
                                           : is_evidence(copy.file, log.place);
            auto const is_older = log.file.live && !copy.file.live;
            if (!log.copy_of && log.is_listed && evident &&
                (copy.is_beginning_of(log) || (is_older && copy.contains(log.place)))) {
                return &log;
            }
        }
        return nullptr;
    }

    // A log that is there is but the beginning of this file: it is the copy, and this goes on.
    bool supersede(Log& longer) {
        for (auto& log : logs_) {
            auto const is_older = log.file.live && !longer.file.live;
            if (!log.copy_of && log.is_listed && !is_older &&
                log.place.offset >= Place::head_size && longer.contains(log.place)) {
                longer.place = log.place;
                log.share(log.place.number);
                return true;
            }
        }
        return false;
    }

    // Logs to which nothing is added any more have ended.
    template <class Visitor>
    void settle(Visitor& visitor) {
        for (auto& log : logs_) {
            auto const is_over = !log.file.live || !log.is_listed;
            if (!log.copy_of && is_over && (is_first_ || !log.grew) && !log.place.has_ended) {
                end(log.place, visitor);
            }
        }
        logs_.remove_if([this, &visitor](Log& log) {
            auto const leaves = !log.is_listed && !log.grew && log.is_leaving;
            log.is_leaving = !log.is_listed;
            if (leaves && !log.copy_of) {
                visitor.gone(log.place.number);
                away_.push_front({log.bytes.id(), std::move(log.place)});
            }
            return leaves;
        });
        away_.resize(std::min(away_.size(), away_limit));
        abandoned_.remove_if([&visitor](Abandoned& left) {
            auto const leaves = std::exchange(left.is_leaving, true);
            if (leaves) {
                end(left.place, visitor);
                visitor.gone(left.place.number);
            }
            return leaves;
        });
    }

    template <class Visitor>
    static void end(Place& place, Visitor& visitor) {
        place.has_ended = true;
        place.in_the_line = place.in_the_line || !place.is_at_line_end();
        visitor.end(place.number);
    }

    std::list<Log> logs_;
    std::list<Abandoned> abandoned_;
    std::list<Away> away_;     // the last first
    std::vector<char> buffer_; // not before there is a log: of a thousand servers most have none
    std::uint64_t next_number_ = 1;
    std::uint64_t skipped_ = 0, truncations_ = 0, rotations_ = 0;
    bool is_first_ = true;
};

} // namespace OUSAGE_NAMESPACE::io
