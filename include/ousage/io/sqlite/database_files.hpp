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

/// The state of a SQLite database and of the files next to it, at one point in time.
struct DatabaseFiles {
    std::filesystem::path path;  ///< path of the database, with symbolic links resolved
    FileStamp database;          ///< the database file
    FileStamp wal;               ///< `-wal`: committed pages that are not yet in the database
    FileStamp journal;           ///< `-journal`: rollback journal of an unfinished transaction
    bool has_shm = false;        ///< `-shm` exists: the index of the -wal, in shared memory
    bool hot_journal = false;    ///< the -journal must be rolled back
    bool shared_journal = false; ///< the rollback involves other databases, too
    std::chrono::system_clock::time_point seen; ///< when the files were examined

    /// Returns true if no file with content has changed between the two states. The -shm is
    /// ignored, because it contains only an index.
    bool same_as(DatabaseFiles const& other) const {
        return path == other.path && database == other.database && wal == other.wal &&
               journal == other.journal;
    }

    /// Returns true if the last change is old enough that a later change is certain to change the
    /// timestamps. The kernel clock for timestamps ticks every 1 to 10 ms.
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

// The first byte of an unfinished journal is not 0. Its first eight bytes are equal to its last
// eight if it names a super-journal, which SQLite would delete after a rollback
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

/// Examines a database and the files next to it. Opens only the -journal: closing any of the other
/// files would release the locks that this process may hold on it.
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
