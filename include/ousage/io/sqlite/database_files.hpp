#pragma once

#include <ousage/config.hpp>
#include <ousage/io/file/file_stamp.hpp>

#include <chrono>
#include <filesystem>

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
    bool same_as(DatabaseFiles const& other) const;

    /// Returns true if the last change is old enough that a later change is certain to change the
    /// timestamps. The kernel clock for timestamps ticks every 1 to 10 ms.
    bool is_settled() const;
};

/// Examines a database and the files next to it. Opens only the -journal: closing any of the other
/// files would release the locks that this process may hold on it.
OUSAGE_DECL DatabaseFiles examine_database(std::filesystem::path const& path);

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/sqlite/impl/database_files.hpp>
#endif
