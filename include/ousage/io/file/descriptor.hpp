#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>

#include <sys/stat.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

/// Returns an `Errc::file` failure for `path`. The text contains the file name without its
/// directory and the `strerror` text of `error`.
OUSAGE_DECL Failure file_failure(std::filesystem::path const& path, int error);

} // namespace OUSAGE_NAMESPACE::io

namespace OUSAGE_NAMESPACE::io::detail {

// RAII wrapper of a file descriptor opened for reading.
class Descriptor {
public:
    explicit Descriptor(std::filesystem::path const& path);

    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    ~Descriptor();

    int number() const noexcept { return number_; }

    // Returns the result of fstat(2), or nothing if it failed.
    std::optional<struct stat> status() const;

    // Reads up to `size` bytes at `offset` and returns their number: 0 at the end of the file, -1
    // on error (errno is set).
    ssize_t read_at(std::uint64_t offset, char* into, std::size_t size) const;

private:
    int number_;
};

} // namespace OUSAGE_NAMESPACE::io::detail

#if !OUSAGE_COMPILED
#    include <ousage/io/file/impl/descriptor.hpp>
#endif
