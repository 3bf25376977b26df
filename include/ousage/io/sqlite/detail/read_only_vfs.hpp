#pragma once

#include <ousage/config.hpp>

#include <sqlite3.h>

namespace OUSAGE_NAMESPACE::io::detail {

// The platform's own file layer of SQLite, from which the ways to write are taken: whatever SQLite
// asks for, a file is opened for reading, none is created, none is deleted.
struct ReadOnlyVfs {
    static int
    open(sqlite3_vfs* self, char const* path, sqlite3_file* file, int flags, int* flags_out) {
        auto* const real = static_cast<sqlite3_vfs*>(self->pAppData);
        auto const is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
        if (!is_database && (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL)) == 0) {
            file->pMethods = nullptr;
            return SQLITE_CANTOPEN;
        }
        // For a -wal or -journal as such, SQLite calls fchown where it runs as root.
        auto const kind = is_database ? SQLITE_OPEN_MAIN_DB : SQLITE_OPEN_SUBJOURNAL;
        return real->xOpen(
            real, path, file, kind | SQLITE_OPEN_READONLY | (flags & SQLITE_OPEN_URI), flags_out);
    }

    static int refuse_delete(sqlite3_vfs*, char const*, int) { return SQLITE_IOERR_DELETE; }
};

// Its way over the platform's layer of that name; null: the default one.
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

// Registers it once for the process, never as the default; returns its name, null where the
// platform has no such layer.
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
