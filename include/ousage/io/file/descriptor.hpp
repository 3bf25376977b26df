#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

/// Returns an `Errc::file` failure for `path`. The text contains the file name without its
/// directory and the `strerror` text of `error`.
inline Failure file_failure(std::filesystem::path const& path, int error) {
    return Failure{
        {},
        make_error_code(Errc::file),
        "cannot read " + path.filename().string() + ": " + std::strerror(error)};
}

} // namespace OUSAGE_NAMESPACE::io

namespace OUSAGE_NAMESPACE::io::detail {

// RAII wrapper of a file descriptor opened for reading.
class Descriptor {
public:
    explicit Descriptor(std::filesystem::path const& path)
        // O_NONBLOCK: opening a FIFO that has no writer would block forever.
        : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}

    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    int number() const noexcept { return number_; }

    // Returns the result of fstat(2), or nothing if it failed.
    std::optional<struct stat> status() const {
        struct stat status{};
        return number_ >= 0 && ::fstat(number_, &status) == 0 ? std::optional(status)
                                                              : std::nullopt;
    }

    // Reads up to `size` bytes at `offset` and returns their number: 0 at the end of the file, -1
    // on error (errno is set).
    ssize_t read_at(std::uint64_t offset, char* into, std::size_t size) const {
        ssize_t count = 0;
        do {
            count = ::pread(number_, into, size, static_cast<off_t>(offset));
        } while (count < 0 && errno == EINTR);
        return count;
    }

private:
    int number_;
};

} // namespace OUSAGE_NAMESPACE::io::detail
