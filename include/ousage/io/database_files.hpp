#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>

namespace ousage::io {

/// What tells without reading whether a file is the one it was, with the content it had.
struct FileStamp {
    bool there = false;        ///< it exists and could be looked at
    bool regular = false;      ///< it is a plain file
    std::uint64_t device = 0;  ///< where it lies
    std::uint64_t number = 0;  ///< its inode
    std::uint64_t size = 0;    ///< bytes
    std::int64_t modified = 0; ///< nanoseconds since 1970: the content
    std::int64_t changed = 0;  ///< nanoseconds since 1970: content, name or rights

    friend bool operator==(FileStamp const&, FileStamp const&) = default;
};

/// Looks at a file; links are followed.
inline FileStamp look_at(std::filesystem::path const& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        return {};
    }
#if defined(__APPLE__)
    auto const& modified = status.st_mtimespec;
    auto const& changed = status.st_ctimespec;
#else
    auto const& modified = status.st_mtim;
    auto const& changed = status.st_ctim;
#endif
    return {
        true,
        S_ISREG(status.st_mode),
        static_cast<std::uint64_t>(status.st_dev),
        static_cast<std::uint64_t>(status.st_ino),
        static_cast<std::uint64_t>(status.st_size),
        std::int64_t{modified.tv_sec} * 1'000'000'000 + modified.tv_nsec,
        std::int64_t{changed.tv_sec} * 1'000'000'000 + changed.tv_nsec};
}

/// A SQLite database and the files that SQLite keeps beside it, at one time of looking.
struct DatabaseFiles {
    std::filesystem::path path; ///< of the database, links resolved as SQLite does
    FileStamp database;         ///< the database
    FileStamp wal;              ///< `-wal`: committed pages not yet in the database
    FileStamp journal;          ///< `-journal`: what an unfinished transaction changed
    bool has_shm = false;       ///< `-shm`: the index of the -wal, in memory that processes share
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

/// Looks at a database and what stands beside it, without opening anything.
inline DatabaseFiles look_at_database(std::filesystem::path const& path) {
    std::error_code error;
    auto real = std::filesystem::canonical(path, error);
    auto files = DatabaseFiles{};
    files.path = error ? path : std::move(real);
    files.seen = std::chrono::system_clock::now();
    auto const beside = [&files](char const* suffix) {
        auto name = files.path;
        return look_at(name += suffix);
    };
    files.database = look_at(files.path);
    files.wal = beside("-wal");
    files.journal = beside("-journal");
    files.has_shm = beside("-shm").there;
    return files;
}

} // namespace ousage::io
