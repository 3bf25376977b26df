#pragma once

#include <ousage/io/file/journal.hpp>

#if OUSAGE_WITH_SYSTEMD

#    include <systemd/sd-journal.h>

#    include <cstddef>
#    include <cstdint>
#    include <cstring>
#    include <string_view>
#    include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// Returns the text of a negative error number, as the functions of sd-journal return it.
inline std::string journal_error(int result) {
    return std::strerror(-result);
}

} // namespace detail

OUSAGE_DECL void Journal::Close::operator()(sd_journal* journal) const noexcept {
    ::sd_journal_close(journal);
}

OUSAGE_DECL Result<Journal>
Journal::open(std::string unit, std::filesystem::path const& directory) {
    sd_journal* raw = nullptr;
    auto const result = directory.empty() ? ::sd_journal_open(&raw, SD_JOURNAL_LOCAL_ONLY)
                                          : ::sd_journal_open_directory(&raw, directory.c_str(), 0);
    auto journal = Journal(raw);
    if (result < 0) {
        return {Errc::file, "cannot open the journal: " + detail::journal_error(result)};
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

OUSAGE_DECL void Journal::seek(std::chrono::sys_seconds time) {
    auto const since = std::chrono::microseconds(time.time_since_epoch()).count();
    ::sd_journal_seek_realtime_usec(journal_.get(), static_cast<std::uint64_t>(since));
}

OUSAGE_DECL Result<bool> Journal::next(std::string& message) {
    auto const moved = ::sd_journal_next(journal_.get());
    if (moved < 0) {
        return {Errc::file, "cannot read the journal: " + detail::journal_error(moved)};
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

OUSAGE_DECL void Journal::wait(std::chrono::milliseconds limit) {
    auto const most = std::chrono::microseconds(limit).count();
    ::sd_journal_wait(journal_.get(), static_cast<std::uint64_t>(most));
}

} // namespace OUSAGE_NAMESPACE::io

#endif
