#pragma once

#include <ousage/config.hpp>

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>

namespace OUSAGE_NAMESPACE::io {

/// Metadata that detects a replaced or modified file without reading it.
struct FileStamp {
    bool exists = false;       ///< the file exists and stat(2) succeeded
    bool regular = false;      ///< regular file
    std::uint64_t device = 0;  ///< device number
    std::uint64_t number = 0;  ///< inode number
    std::uint64_t size = 0;    ///< size in bytes
    std::int64_t modified = 0; ///< mtime, nanoseconds since 1970
    std::int64_t changed = 0;  ///< ctime (content, name, permissions), nanoseconds since 1970

    friend bool operator==(FileStamp const&, FileStamp const&) = default;
};

/// Returns the metadata of a file; symbolic links are followed.
inline FileStamp read_stamp(std::filesystem::path const& path) {
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

} // namespace OUSAGE_NAMESPACE::io
