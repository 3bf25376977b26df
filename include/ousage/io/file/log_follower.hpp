#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/detail/followed_log.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/io/file/log_files.hpp>
#include <ousage/io/file/read_buffer.hpp>

#include <cstdint>
#include <list>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// Receives what a LogFollower reads. Each log has a number, which it keeps if it is renamed,
/// copied or compressed. The functions are called by `LogFollower::poll`, on its thread.
class LogVisitor {
public:
    /// Called for a new log. Returns the offset to start at, 0 for the whole log; empty to read the
    /// log at a later poll, which calls this function again, perhaps with another number.
    virtual std::optional<std::uint64_t>
    begin(std::uint64_t number, LogFile const& file, LogBytes& bytes) = 0;

    /// Receives new bytes.
    virtual void bytes(std::uint64_t number, std::string_view bytes) = 0;

    /// No more bytes are expected, so a last line without a newline is complete. If bytes follow
    /// nevertheless, they are passed from the next line on.
    virtual void end(std::uint64_t number) = 0;

    /// The number is not used again. `end` was called before.
    virtual void removed(std::uint64_t number) = 0;

protected:
    ~LogVisitor() = default;
};

/// Reads logs incrementally and passes each byte to a visitor once, even if the logs are
/// rotated: renamed, copied and truncated, compressed or replaced. Identifies a log by its file
/// (device and inode) and by its first and last bytes. Keeps the read position between polls. Keeps
/// the file open so that the rest of a renamed or deleted log can be read. Not thread-safe.
class LogFollower {
public:
    /// Reads the new bytes of `files`, in the order of `list_server_logs`, and of the logs of
    /// earlier polls, until `stop` is requested. Returns the failures, each with its file name as
    /// `part`.
    std::vector<Failure>
    poll(std::vector<LogFile> const& files, std::stop_token const& stop, LogVisitor& visitor);

    /// Returns the offset after the last byte of a log that was passed; 0 if it is not known.
    std::uint64_t offset(std::uint64_t number) const;

    /// Returns the number of bytes before the start offsets that the visitor returned.
    std::uint64_t skipped() const noexcept { return skipped_; }

    /// Returns how often a log was found truncated or with different content.
    std::uint64_t truncations() const noexcept { return truncations_; }

    /// Returns how often a live log was found under the name of a rotated log, or replaced by
    /// another file. Renamed siblings do not count, nor does copytruncate, which is a truncation.
    std::uint64_t rotations() const noexcept { return rotations_; }

private:
    using Log = detail::FollowedLog;
    struct Poll;

    void find(std::vector<LogFile> const& files, Poll& poll);
    void drain(Log& log, Poll& poll);
    void pass(detail::LogPosition& position, std::string_view bytes, LogVisitor& visitor);
    void restart(Log& log);
    void begin(Log& log, LogVisitor& visitor);
    void attach(Log& log, Poll& poll);
    bool is_evidence(Log const& known, Log const& log) const;
    void take_over(Log& log, std::list<Log>::iterator known);
    void settle(LogVisitor& visitor);

    std::list<Log> logs_; // all known contents; removed logs first, newest first
    ReadBuffer buffer_;   // allocated with the first log; most servers have none
    std::uint64_t last_number_ = 0;
    std::uint64_t skipped_ = 0, truncations_ = 0, rotations_ = 0;
    bool is_first_ = true;
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/file/impl/log_follower.hpp>
#endif
