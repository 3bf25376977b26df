#pragma once

#include <sqlite3.h>

namespace ousage::io::detail {

// The platform's own file layer of SQLite, from which the ways to write are taken: whatever SQLite
// asks for, a file is opened for reading, none is created, none is deleted.
struct ReadOnlyVfs {
    static constexpr char const* name = "ousage-read-only";

    static sqlite3_vfs* platform() { return sqlite3_vfs_find(nullptr); }

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

// Registers it, once for the process, and never as the default; returns its name.
inline char const* read_only_vfs() {
    static auto vfs = [] {
        auto* const real = ReadOnlyVfs::platform();
        auto copy = *real;
        copy.pNext = nullptr;
        copy.zName = ReadOnlyVfs::name;
        copy.pAppData = real;
        copy.xOpen = &ReadOnlyVfs::open;
        copy.xDelete = &ReadOnlyVfs::refuse_delete;
        return copy;
    }();
    [[maybe_unused]] static int const registered = sqlite3_vfs_register(&vfs, 0);
    return ReadOnlyVfs::name;
}

} // namespace ousage::io::detail
