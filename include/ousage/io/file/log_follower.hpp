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

/// Reads logs incrementally and passes each byte to a visitor once, even if the logs are
/// rotated: renamed, copied and truncated, compressed or replaced. Identifies a log by its file
/// (device and inode) and by its first and last bytes. Keeps the read position between polls. Keeps
/// the file open so that the rest of a renamed or deleted log can be read.
class LogFollower {
public:
    /// Reads the new bytes of `files`, which are sorted oldest first, and of the logs of earlier
    /// polls, until `stop` is requested. Returns the failures, each with its file name as `part`. A
    /// log keeps its number if it is renamed. Calls these functions of the visitor with that
    /// number:
    /// - `begin(number, LogFile, LogBytes&)` returns the offset to start at, 0 for the whole log;
    /// - `bytes(number, std::string_view)` receives new bytes;
    /// - `end(number)`: no more bytes are expected, so a last line without a newline is complete.
    ///   If bytes follow nevertheless, they are passed from the next line on;
    /// - `gone(number)`: the number is not used again.
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

    /// Returns the number of bytes before the start offsets that the visitor returned.
    std::uint64_t skipped() const noexcept { return skipped_; }

    /// Returns how often a log was found truncated or with different content.
    std::uint64_t truncations() const noexcept { return truncations_; }

    /// Returns how often a log was found under another name or in another file.
    std::uint64_t rotations() const noexcept { return rotations_; }

private:
    using Log = detail::FollowedLog;
    using Place = detail::LogPlace;
    using Fresh = std::vector<std::pair<LogFile, LogBytes>>;

    // The position in a file that was truncated. Kept for one more poll, because its copy may not
    // have been listed yet.
    struct Abandoned {
        Place place;
        bool is_leaving = false;
    };

    // A deleted log, kept by its file id in case it reappears.
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

    // Finds the known logs among the listed files and opens the other files.
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

    // Moves `X` before `X.gz`, which was compressed from it and may be incomplete.
    static void put_originals_first(Fresh& fresh) {
        for (auto one = fresh.begin(); one != fresh.end(); ++one) {
            auto const& name = one->first.path.native();
            if (!name.ends_with(".gz")) {
                continue; // avoids comparing all pairs of, for example, 2000 uncompressed logs
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
        // If a file is listed under several names, use the first: it is the oldest.
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

    // The file was truncated: treat it as a new log.
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

    // The same, if the first `told` bytes were already passed under another number.
    template <class Visitor>
    void begin_behind(std::uint64_t told, bool in_the_line, Log& log, Visitor& visitor) {
        begin(log, visitor);
        if (told > log.place.offset) {
            log.start_at(told);
            log.place.in_the_line = in_the_line;
        }
    }

    // If the original of a copy was truncated or deleted, the copy contains the bytes that were not
    // read from it. A copy that differs from its original becomes a log of its own.
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

    // Returns true if the copy is still being written.
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

    // Skip the bytes shared with the original, because they were already passed. In a live log, a
    // short shared beginning may be a coincidence and is not skipped.
    template <class Visitor>
    void part_ways(Log& log, Visitor& visitor) {
        auto const is_known =
            log.holds(log.shared) && (!log.file.live || log.shared.offset >= Place::head_size);
        log.copy_of.reset();
        auto const told = is_known ? log.shared.offset : 0;
        begin_behind(told, !log.shared.is_at_line_end(), log, visitor);
    }

    // Continues a truncated or deleted log in the file `heir` if it has the same content.
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

    // Returns true if equal bytes prove that a file is a copy. If its name is the name of a rotated
    // log, any number of bytes is sufficient. Otherwise `head_size` bytes are required, more than
    // two logs share by coincidence.
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

    // An empty copy cannot be matched yet; neither can a damaged one.
    template <class Visitor>
    static bool has_only_begun(Log& log, Reads<Visitor> const& reads) {
        char first = 0;
        auto const count = log.bytes.read_at(0, &first, 1);
        if (!count) {
            note(reads.failures, log.file, count.failure());
        }
        return !count || *count == 0;
    }

    // Resumes a reappeared log at its last position.
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

    // Returns a listed log that contains everything in this file.
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

    // If a listed log is only the beginning of this file, the log becomes the copy and this file
    // continues it.
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

    // Reports the end of logs that will not grow any more.
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
    std::list<Away> away_;     // newest first
    std::vector<char> buffer_; // allocated with the first log; most servers have none
    std::uint64_t next_number_ = 1;
    std::uint64_t skipped_ = 0, truncations_ = 0, rotations_ = 0;
    bool is_first_ = true;
};

} // namespace OUSAGE_NAMESPACE::io
