#pragma once

#include <ousage/config.hpp>

#if OUSAGE_WITH_SYSTEMD

#    include <ousage/core/result.hpp>

#    include <systemd/sd-journal.h>

#    include <chrono>
#    include <cstddef>
#    include <cstdint>
#    include <cstring>
#    include <filesystem>
#    include <memory>
#    include <string>
#    include <string_view>
#    include <utility>

namespace OUSAGE_NAMESPACE::io {

/// Reads the messages of one unit from the systemd journal, oldest first. Never writes.
class Journal {
public:
    /// Opens the local journal or, if `folder` is given, the journal files in that directory.
    /// Matches system units and user units; `.service` is appended to a name without a suffix.
    static Result<Journal> open(std::string unit, std::filesystem::path const& folder = {}) {
        sd_journal* raw = nullptr;
        auto const result = folder.empty() ? ::sd_journal_open(&raw, SD_JOURNAL_LOCAL_ONLY)
                                           : ::sd_journal_open_directory(&raw, folder.c_str(), 0);
        auto journal = Journal(raw);
        if (result < 0) {
            return {Errc::file, "cannot open the journal: " + text_of(result)};
        }
        if (unit.find('.') == unit.npos) {
            unit += ".service";
        }
        auto const system = "_SYSTEMD_UNIT=" + unit;
        auto const user = "_SYSTEMD_USER_UNIT=" + unit;
        if (::sd_journal_add_match(raw, system.data(), system.size()) < 0 ||
            ::sd_journal_add_disjunction(raw) < 0 ||
            ::sd_journal_add_match(raw, user.data(), user.size()) < 0) {
            return {Errc::file, "cannot look for " + unit + " in the journal"};
        }
        // Truncate messages that are longer than the longest accepted log line.
        ::sd_journal_set_data_threshold(raw, 128 * 1024);
        return journal;
    }

    /// Moves to the first message at or after `time`.
    void seek(std::chrono::sys_seconds time) {
        auto const since = std::chrono::microseconds(time.time_since_epoch()).count();
        ::sd_journal_seek_realtime_usec(journal_.get(), static_cast<std::uint64_t>(since));
    }

    /// Stores the next message, without a newline, in `message`. Returns false if there is none
    /// yet.
    Result<bool> next(std::string& message) {
        auto const moved = ::sd_journal_next(journal_.get());
        if (moved < 0) {
            return {Errc::file, "cannot read the journal: " + text_of(moved)};
        }
        void const* data = nullptr;
        std::size_t size = 0;
        message.clear();
        if (moved > 0 && ::sd_journal_get_data(journal_.get(), "MESSAGE", &data, &size) >= 0) {
            auto const field = std::string_view(static_cast<char const*>(data), size);
            message = field.substr(field.find('=') + 1);
        }
        return moved > 0;
    }

    /// Blocks until the journal may have new messages, at most for `limit`.
    void wait(std::chrono::milliseconds limit) {
        auto const most = std::chrono::microseconds(limit).count();
        ::sd_journal_wait(journal_.get(), static_cast<std::uint64_t>(most));
    }

private:
    explicit Journal(sd_journal* journal) : journal_(journal, &::sd_journal_close) {}

    static std::string text_of(int result) { return std::strerror(-result); }

    std::unique_ptr<sd_journal, decltype(&::sd_journal_close)> journal_;
};

} // namespace OUSAGE_NAMESPACE::io

#endif
