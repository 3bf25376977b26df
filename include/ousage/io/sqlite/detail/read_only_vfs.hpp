#pragma once

#include <ousage/config.hpp>

#include <sqlite3.h>

namespace OUSAGE_NAMESPACE::io::detail {

// A VFS that wraps the platform's VFS of SQLite and never writes: it opens every file for reading
// only, and creates and deletes none, whatever SQLite requests.
struct ReadOnlyVfs {
    static int
    open(sqlite3_vfs* self, char const* path, sqlite3_file* file, int flags, int* flags_out) {
        auto* const real = static_cast<sqlite3_vfs*>(self->pAppData);
        auto const is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
        if (!is_database && (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) == 0) {
            file->pMethods = nullptr;
            return SQLITE_CANTOPEN;
        }
        // If SQLite runs as root, it calls fchown on files opened as a -wal or -journal.
        auto const kind = is_database ? SQLITE_OPEN_MAIN_DB : SQLITE_OPEN_SUBJOURNAL;
        return real->xOpen(
            real, path, file, kind | SQLITE_OPEN_READONLY | (flags & SQLITE_OPEN_URI), flags_out);
    }

    static int refuse_delete(sqlite3_vfs*, char const*, int) { return SQLITE_IOERR_DELETE; }
};

// Returns a read-only VFS with the name `name` that wraps the VFS `platform`; null selects the
// default VFS.
inline sqlite3_vfs read_only_vfs_over(char const* platform, char const* name) {
    auto* const real = sqlite3_vfs_find(platform);
    if (real == nullptr) {
        return {};
    }
    auto vfs = *real;
    vfs.pNext = nullptr;
    vfs.zName = name;
    vfs.pAppData = real;
    vfs.xOpen = &ReadOnlyVfs::open;
    vfs.xDelete = &ReadOnlyVfs::refuse_delete;
    return vfs;
}

// Registers the read-only VFS once per process, never as the default. Returns its name, or null if
// the platform has no such VFS.
inline char const* read_only_vfs() {
    static auto vfs = read_only_vfs_over(nullptr, "ousage-read-only");
    [[maybe_unused]] static int const registered = sqlite3_vfs_register(&vfs, 0);
    return vfs.zName;
}

// The same without locks.
inline char const* unlocked_read_only_vfs() {
    static auto vfs = read_only_vfs_over("unix-none", "ousage-read-only-unlocked");
    [[maybe_unused]] static int const registered =
        vfs.zName == nullptr ? SQLITE_OK : sqlite3_vfs_register(&vfs, 0);
    return vfs.zName;
}

} // namespace OUSAGE_NAMESPACE::io::detail
