#pragma once

#include <ousage/config.hpp>
#include <ousage/io/file/file_stamp.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace OUSAGE_NAMESPACE::io {

/// A SQLite database and the files that SQLite keeps beside it, at one time of looking.
struct DatabaseFiles {
    std::filesystem::path path;  ///< of the database, links resolved as SQLite does
    FileStamp database;          ///< the database
    FileStamp wal;               ///< `-wal`: committed pages not yet in the database
    FileStamp journal;           ///< `-journal`: what an unfinished transaction changed
    bool has_shm = false;        ///< `-shm`: the index of the -wal, in memory that processes share
    bool hot_journal = false;    ///< the -journal has to be rolled back
    bool shared_journal = false; ///< and that only together with other databases
    std::chrono::system_clock::time_point seen; ///< when it was looked at

    /// True where nothing that holds content has changed between the two times. The -shm holds
    /// none.
    bool same_as(DatabaseFiles const& other) const {
        return path == other.path && database == other.database && wal == other.wal &&
               journal == other.journal;
    }

    /// True where the last change was long enough ago that any later one shows in the times:
    /// kernels stamp a file by a clock that ticks every 1 to 10 ms.
    bool is_settled() const {
        auto const last = std::max(
            {database.modified, database.changed, wal.modified, wal.changed, journal.modified,
             journal.changed});
        auto const since_epoch =
            std::chrono::duration_cast<std::chrono::nanoseconds>(seen.time_since_epoch());
        return last + 20'000'000 < since_epoch.count();
    }
};

namespace detail {

// The first byte of a journal that is not finished is not 0; its last eight are its first eight
// where it names another journal above it, which SQLite would delete behind a roll-back
// (https://sqlite.org/fileformat2.html, section 3).
inline void look_at_journal(std::filesystem::path const& path, DatabaseFiles& files) {
    auto file = std::ifstream(path, std::ios::binary);
    auto first = std::array<char, 8>{};
    auto last = std::array<char, 8>{};
    file.read(first.data(), first.size());
    file.seekg(-8, std::ios::end);
    file.read(last.data(), last.size());
    files.hot_journal = first[0] != 0;
    files.shared_journal = files.hot_journal && first == last;
}

} // namespace detail

/// Looks at a database and what stands beside it, without opening any but a -journal: closing a
/// file would end the locks that this process may hold on it.
inline DatabaseFiles look_at_database(std::filesystem::path const& path) {
    std::error_code error;
    auto real = std::filesystem::canonical(path, error);
    auto files = DatabaseFiles{};
    files.path = error ? path : std::move(real);
    files.seen = std::chrono::system_clock::now();
    auto const name = [&files](char const* suffix) {
        auto path_beside = files.path;
        return path_beside += suffix;
    };
    files.database = look_at(files.path);
    files.wal = look_at(name("-wal"));
    files.journal = look_at(name("-journal"));
    files.has_shm = look_at(name("-shm")).there;
    if (files.journal.regular && files.journal.size > 0) {
        detail::look_at_journal(name("-journal"), files);
    }
    return files;
}

} // namespace OUSAGE_NAMESPACE::io
