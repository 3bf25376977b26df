#pragma once

#include <ousage/config.hpp>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace OUSAGE_NAMESPACE::io::detail {

// A temporary file without a name. It has none before its first byte is written, so the kernel
// deletes it when the process ends, in whatever way.
class UnlinkedFile {
public:
    UnlinkedFile() = default;

    explicit UnlinkedFile(std::filesystem::path const& directory) {
#if defined(O_TMPFILE)
        number_ = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
#endif
        if (number_ < 0) {
            auto pattern = (directory / "ousage-XXXXXX").string();
            number_ = ::mkostemp(pattern.data(), O_CLOEXEC);
            if (number_ >= 0 && ::unlink(pattern.c_str()) != 0) {
                ::close(std::exchange(number_, -1));
            }
        }
    }

    UnlinkedFile(UnlinkedFile&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

    UnlinkedFile& operator=(UnlinkedFile&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    ~UnlinkedFile() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    int number() const noexcept { return number_; }

private:
    int number_ = -1;
};

// Writes all bytes at `offset`; returns false on error (errno is set).
inline bool write_all(int file, char const* bytes, std::size_t size, off_t offset) {
    while (size > 0) {
        auto const count = ::pwrite(file, bytes, size, offset);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return false;
        }
        bytes += count;
        size -= static_cast<std::size_t>(count);
        offset += count;
    }
    return true;
}

// A file of a private copy as SQLite opens it. No other process can open it, so it has no locks.
struct PrivateFile {
    sqlite3_file base;
    int number; // owned by the copy

    static int number_of(sqlite3_file* file) {
        return reinterpret_cast<PrivateFile*>(file)->number;
    }

    static int close(sqlite3_file*) { return SQLITE_OK; }

    static int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
        auto* const bytes = static_cast<char*>(into);
        int done = 0;
        while (done < size) {
            auto const count = ::pread(
                number_of(file), bytes + done, static_cast<std::size_t>(size - done),
                static_cast<off_t>(offset + done));
            if (count < 0 && errno != EINTR) {
                return SQLITE_IOERR_READ;
            }
            if (count == 0) {
                std::memset(bytes + done, 0, static_cast<std::size_t>(size - done));
                return SQLITE_IOERR_SHORT_READ;
            }
            done += count > 0 ? static_cast<int>(count) : 0;
        }
        return SQLITE_OK;
    }

    static int write(sqlite3_file* file, void const* from, int size, sqlite3_int64 offset) {
        auto const written = write_all(
            number_of(file), static_cast<char const*>(from), static_cast<std::size_t>(size),
            static_cast<off_t>(offset));
        return written ? SQLITE_OK : errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }

    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        return ::ftruncate(number_of(file), static_cast<off_t>(size)) == 0 ? SQLITE_OK
                                                                           : SQLITE_IOERR_TRUNCATE;
    }

    static int sync(sqlite3_file*, int) { return SQLITE_OK; }

    static int file_size(sqlite3_file* file, sqlite3_int64* size) {
        struct stat status{};
        if (::fstat(number_of(file), &status) != 0) {
            return SQLITE_IOERR_FSTAT;
        }
        *size = status.st_size;
        return SQLITE_OK;
    }

    static int lock(sqlite3_file*, int) { return SQLITE_OK; }

    static int check_reserved_lock(sqlite3_file*, int* locked) {
        *locked = 0;
        return SQLITE_OK;
    }

    static int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }

    static int sector_size(sqlite3_file*) { return 4096; }

    static int device_characteristics(sqlite3_file*) { return 0; }

    // Version 1 has no shared memory: a -wal needs exclusive locking mode.
    static sqlite3_io_methods const* methods() {
        static auto const table = [] {
            auto methods = sqlite3_io_methods{};
            methods.iVersion = 1;
            methods.xClose = &close;
            methods.xRead = &read;
            methods.xWrite = &write;
            methods.xTruncate = &truncate;
            methods.xSync = &sync;
            methods.xFileSize = &file_size;
            methods.xLock = &lock;
            methods.xUnlock = &lock;
            methods.xCheckReservedLock = &check_reserved_lock;
            methods.xFileControl = &file_control;
            methods.xSectorSize = &sector_size;
            methods.xDeviceCharacteristics = &device_characteristics;
            return methods;
        }();
        return &table;
    }
};

} // namespace OUSAGE_NAMESPACE::io::detail
