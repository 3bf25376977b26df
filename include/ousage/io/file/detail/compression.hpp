#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io::detail {

// A compression format of rotated logs, detected by its first bytes or by a suffix of the name.
struct Compression {
    std::string_view name;
    std::string_view suffix;
    std::size_t offset; // of `magic`
    std::string_view magic;
};

// Only gzip, the first one, can be read.
inline constexpr Compression compressions[] = {
    {"gzip", ".gz", 0, "\x1F\x8B"},
    {"xz", ".xz", 0, std::string_view("\xFD\x37\x7AXZ\0", 6)},
    {"zstd", ".zst", 0, "\x28\xB5\x2F\xFD"},
    {"bzip2", ".bz2", 4, "1AY&SY"},
    {"zip", ".zip", 0, "PK\x03\x04"},
    {"lz4", ".lz4", 0, "\x04\x22\x4D\x18"},
    {"compress", ".Z", 0, "\x1F\x9D"},
};

// The number of bytes that determine the format.
inline constexpr std::size_t compression_head = 10;

inline bool is_gzip(Compression const& format) {
    return &format == &compressions[0];
}

// Returns the format of data that begins with `head`; null if it is none of them.
inline Compression const* compression_of_bytes(std::string_view head) {
    for (auto const& format : compressions) {
        if (head.size() >= format.offset && head.substr(format.offset).starts_with(format.magic)) {
            return &format;
        }
    }
    return nullptr;
}

// Returns the format of a file by its name; null if the name has no such suffix.
inline Compression const* compression_of_name(std::string_view name) {
    for (auto const& format : compressions) {
        if (name.ends_with(format.suffix)) {
            return &format;
        }
    }
    return nullptr;
}

// The text of the failure for a format that cannot be read.
inline std::string unreadable_text(std::string const& name, Compression const& format) {
    return "cannot read " + name + ": it is compressed with " + std::string(format.name) +
           "; only gzip can be read";
}

} // namespace OUSAGE_NAMESPACE::io::detail
