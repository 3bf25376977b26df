#pragma once

#include <ousage/io/file/log_follower.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

struct LogFollower::Poll {
    std::stop_token const& stop;
    LogVisitor& visitor;
    std::vector<Failure> failures;

    void fail(LogFile const& file, Failure failure) {
        failure.part = file.path.filename().string();
        failures.push_back(std::move(failure));
    }
};

OUSAGE_DECL std::vector<Failure> LogFollower::poll(
    std::vector<LogFile> const& files, std::stop_token const& stop, LogVisitor& visitor) {
    auto poll = Poll{stop, visitor, {}};
    find(files, poll);
    for (auto& log : logs_) {
        if (log.is_read()) {
            drain(log, poll);
        }
    }
    auto const has_lost =
        std::any_of(logs_.begin(), logs_.end(), [](Log const& log) { return log.is_lost(); });
    for (auto& log : logs_) {
        if (log.is_copy() && !stop.stop_requested() && (has_lost || log.has_changed())) {
            attach(log, poll);
        }
    }
    if (!stop.stop_requested()) {
        settle(visitor);
        is_first_ = false;
    }
    return std::move(poll.failures);
}

OUSAGE_DECL std::uint64_t LogFollower::offset(std::uint64_t number) const {
    auto const found = std::find_if(logs_.begin(), logs_.end(), [number](Log const& log) {
        return log.position.number == number;
    });
    return found == logs_.end() ? 0 : found->position.offset;
}

// Finds the known logs among the listed files and opens the other files.
OUSAGE_DECL void LogFollower::find(std::vector<LogFile> const& files, Poll& poll) {
    auto by_id = std::map<FileId, Log*>{};
    auto opened_live = std::vector<std::filesystem::path>{};
    for (auto& log : logs_) {
        log.is_listed = log.grew = false;
        if (log.bytes) {
            by_id.emplace(log.bytes->id(), &log);
        }
    }
    for (auto const& file : files) {
        auto const id = file_id(file.path);
        auto const known = id ? by_id.find(*id) : by_id.end();
        if (known == by_id.end()) {
            if (auto opened = LogBytes::open(file); !opened) {
                poll.fail(file, opened.failure());
            } else if (*opened) {
                logs_.push_back({file, std::move(*opened), id, {}, true});
                by_id.emplace(logs_.back().bytes->id(), &logs_.back());
                if (file.live) {
                    opened_live.push_back(file.path);
                }
            }
        } else if (auto& log = *known->second; !std::exchange(log.is_listed, true)) {
            // If a file is listed under several names, use the first: it is the oldest.
            // A rotation renames the live log, and perhaps all its siblings.
            auto const is_rotated = log.file.live && !file.live && !log.is_replaced;
            rotations_ += is_rotated ? 1u : 0u;
            log.is_replaced = false;
            log.file = file;
        }
    }
    for (auto& log : logs_) {
        auto const has_successor =
            std::find(opened_live.begin(), opened_live.end(), log.file.path) != opened_live.end();
        if (log.file.live && !log.is_listed && !log.is_replaced && log.bytes && has_successor) {
            log.is_replaced = true;
            ++rotations_;
        }
    }
}

// Passes the bytes after the position.
OUSAGE_DECL void LogFollower::drain(Log& log, Poll& poll) {
    if (buffer_.size() == 0) {
        buffer_ = ReadBuffer(256 * 1024);
    }
    while (!poll.stop.stop_requested()) {
        auto const read = log.read(buffer_);
        if (!read) {
            poll.fail(log.file, read.failure());
            return;
        }
        if (!*read) {
            restart(log);
            return;
        }
        if ((*read)->empty()) {
            return;
        }
        log.grew = true;
        auto const is_all = (*read)->size() < buffer_.size() / 2;
        pass(log.position, **read, poll.visitor);
        if (is_all) {
            return;
        }
    }
}

// If the log had ended in the middle of a line, omits the rest of that line.
OUSAGE_DECL void
LogFollower::pass(detail::LogPosition& position, std::string_view bytes, LogVisitor& visitor) {
    position.advance(bytes);
    position.has_ended = false;
    if (position.in_the_line) {
        auto const newline = bytes.find('\n');
        position.in_the_line = newline == bytes.npos;
        bytes.remove_prefix(position.in_the_line ? bytes.size() : newline + 1);
    }
    if (!bytes.empty()) {
        visitor.bytes(position.number, bytes);
    }
}

// The file was truncated or overwritten: treats it as a new file, which may contain a known log.
// Its old position is lost, but kept for one more poll, because a copy of the file may not have
// been listed yet.
OUSAGE_DECL void LogFollower::restart(Log& log) {
    ++truncations_;
    auto& lost = logs_.emplace_front();
    lost.position = std::exchange(log.position, {});
    lost.grew = true;
}

// Begins a log at its position: the bytes before it were passed as another log. If the visitor
// postpones it, the file is compared again at the next poll.
OUSAGE_DECL void LogFollower::begin(Log& log, LogVisitor& visitor) {
    auto const offset = visitor.begin(last_number_ + 1, log.file, *log.bytes);
    if (!offset) {
        return;
    }
    if (*offset > log.position.offset) {
        skipped_ += *offset - log.position.offset;
        log.position = log.position_at(*offset);
    } else {
        log.position.in_the_line = !log.position.is_at_line_end();
    }
    log.position.number = ++last_number_;
}

// Compares a new or changed file with all known contents. It continues a log whose content it
// contains, else it is a copy of a log that contains its content, else it is a new log.
OUSAGE_DECL void LogFollower::attach(Log& log, Poll& poll) {
    auto end = log.end();
    if (!end) {
        return poll.fail(log.file, end.failure());
    }
    if (end->offset == 0 && !log.file.live) {
        return; // an empty copy cannot be compared yet
    }
    auto passed = std::exchange(log.position, std::move(*end));
    auto longest = logs_.end();
    for (auto known = logs_.begin(); known != logs_.end(); ++known) {
        if (&*known == &log || (known->is_copy() && known->is_listed) ||
            !is_evidence(*known, log) || !known->may_share_content(log)) {
            continue;
        }
        auto const is_longer = known->position.offset > log.position.offset ||
                               (known->position.offset == log.position.offset && known->is_listed);
        if (known->bytes && is_longer && known->contains(log.position)) {
            if (known->is_listed || log.bytes->is_compressed()) {
                return; // a copy, which may be incomplete
            }
            passed = log.position;
        }
        if ((longest == logs_.end() || longest->position.offset <= known->position.offset) &&
            log.contains(known->position)) {
            longest = known;
        }
    }
    if (longest != logs_.end()) {
        take_over(log, longest);
    } else if (!log.bytes->is_compressed() || passed.offset == 0) {
        // In a live log, a short known beginning may be a coincidence.
        auto const is_known = log.contains(passed) &&
                              (!log.file.live || passed.offset >= detail::LogPosition::head_size);
        log.position = is_known ? std::move(passed) : detail::LogPosition{};
    } else {
        return; // the rest of the compressed copy was passed, too
    }
    if (log.position.number == 0) {
        begin(log, poll.visitor);
    }
    if (log.is_read()) {
        drain(log, poll);
    }
}

// Continues a known log in another file. If the log has a file, that is a copy from now on.
OUSAGE_DECL void LogFollower::take_over(Log& log, std::list<Log>::iterator known) {
    log.position = known->position;
    if (known->is_listed) {
        known->position.number = 0;
    } else {
        logs_.erase(known);
    }
}

// Returns true if equal bytes prove that both have the same content. If the name of `log` is that
// of a rotated log, any number of bytes is sufficient. Otherwise, more bytes are required than two
// logs share by coincidence.
OUSAGE_DECL bool LogFollower::is_evidence(Log const& known, Log const& log) const {
    return known.position.offset >= detail::LogPosition::head_size ||
           (!log.file.live && !is_first_) || (known.is_removed() && known.id == log.id);
}

// Reports the end of logs that will not grow any more, and forgets logs that were deleted.
OUSAGE_DECL void LogFollower::settle(LogVisitor& visitor) {
    for (auto next = logs_.begin(); next != logs_.end();) {
        auto const log = next++;
        auto& position = log->position;
        auto const is_over = !log->file.live || !log->is_listed;
        if (position.number != 0 && is_over && (is_first_ || !log->grew) && !position.has_ended) {
            position.has_ended = true;
            position.in_the_line = position.in_the_line || !position.is_at_line_end();
            visitor.end(position.number);
        }
        auto const leaves = !log->is_listed && !log->grew && log->is_leaving;
        log->is_leaving = !log->is_listed;
        if (!leaves || log->is_removed()) {
            continue;
        }
        if (position.number != 0) {
            visitor.removed(std::exchange(position.number, 0));
        } else if (log->bytes->is_compressed()) {
            position = {}; // it is not known how much the copy contains
        }
        log->bytes.reset();
        logs_.splice(logs_.begin(), logs_, log);
    }
    constexpr int most_removed = 64;
    logs_.remove_if([removed = 0](Log const& log) mutable {
        return log.is_removed() && ++removed > most_removed;
    });
}

} // namespace OUSAGE_NAMESPACE::io
