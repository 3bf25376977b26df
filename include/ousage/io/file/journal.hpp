#pragma once

#include <ousage/config.hpp>

#if OUSAGE_WITH_SYSTEMD

#    include <ousage/core/result.hpp>

#    include <chrono>
#    include <filesystem>
#    include <memory>
#    include <string>

// As in systemd/sd-journal.h.
struct sd_journal;

namespace OUSAGE_NAMESPACE::io {

/// Reads the messages of one unit from the systemd journal, oldest first. Never writes.
class Journal {
public:
    /// Opens the local journal or, if `directory` is given, the journal files in that directory.
    /// Matches system units and user units; `.service` is appended to a name without a suffix.
    static Result<Journal> open(std::string unit, std::filesystem::path const& directory = {});

    /// Moves to the first message at or after `time`.
    void seek(std::chrono::sys_seconds time);

    /// Stores the next message, without a newline, in `message`. Returns false if there is none
    /// yet.
    Result<bool> next(std::string& message);

    /// Blocks until the journal may have new messages, at most for `limit`.
    void wait(std::chrono::milliseconds limit);

private:
    struct Close {
        void operator()(sd_journal* journal) const noexcept;
    };

    explicit Journal(sd_journal* journal) : journal_(journal) {}

    std::unique_ptr<sd_journal, Close> journal_;
};

} // namespace OUSAGE_NAMESPACE::io

#    if !OUSAGE_COMPILED
#        include <ousage/io/file/impl/journal.hpp>
#    endif

#endif
