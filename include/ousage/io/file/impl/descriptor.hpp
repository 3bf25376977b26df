#pragma once

#include <ousage/io/file/descriptor.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace OUSAGE_NAMESPACE::io {

OUSAGE_DECL Failure file_failure(std::filesystem::path const& path, int error) {
    return Failure{
        {},
        make_error_code(Errc::file),
        "cannot read " + path.filename().string() + ": " + std::strerror(error)};
}

} // namespace OUSAGE_NAMESPACE::io

namespace OUSAGE_NAMESPACE::io::detail {

OUSAGE_DECL Descriptor::Descriptor(std::filesystem::path const& path)
    // O_NONBLOCK: opening a FIFO that has no writer would block forever.
    : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}

OUSAGE_DECL Descriptor::~Descriptor() {
    if (number_ >= 0) {
        ::close(number_);
    }
}

OUSAGE_DECL std::optional<struct stat> Descriptor::status() const {
    struct stat status{};
    return number_ >= 0 && ::fstat(number_, &status) == 0 ? std::optional(status) : std::nullopt;
}

OUSAGE_DECL ssize_t Descriptor::read_at(std::uint64_t offset, char* into, std::size_t size) const {
    ssize_t count = 0;
    do {
        count = ::pread(number_, into, size, static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    return count;
}

} // namespace OUSAGE_NAMESPACE::io::detail
