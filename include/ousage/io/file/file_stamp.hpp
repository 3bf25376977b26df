#pragma once

#include <ousage/config.hpp>

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>

namespace OUSAGE_NAMESPACE::io {

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

} // namespace OUSAGE_NAMESPACE::io
