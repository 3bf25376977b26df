#pragma once

#include <ousage/io/file/detail/inflated.hpp>
#include <ousage/io/file/log_bytes.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

#if !OUSAGE_WITH_ZLIB
namespace detail {
class Inflated {};
} // namespace detail
#endif

OUSAGE_DECL std::optional<FileId> file_id(std::filesystem::path const& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? std::optional(FileId{status.st_dev, status.st_ino})
                                              : std::nullopt;
}

OUSAGE_DECL LogBytes::LogBytes(LogBytes&& other) noexcept = default;
OUSAGE_DECL LogBytes& LogBytes::operator=(LogBytes&& other) noexcept = default;
OUSAGE_DECL LogBytes::~LogBytes() = default;

OUSAGE_DECL LogBytes::LogBytes(detail::Descriptor descriptor, std::filesystem::path path)
    : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

OUSAGE_DECL Result<std::optional<LogBytes>> LogBytes::open(LogFile const& file) {
    auto descriptor = detail::Descriptor(file.path);
    auto const status = descriptor.status();
    if (!status) {
        return file_failure(file.path, errno);
    }
    if (!S_ISREG(status->st_mode)) {
        return std::optional<LogBytes>{};
    }
    auto bytes = LogBytes(std::move(descriptor), file.path);
    bytes.id_ = {status->st_dev, status->st_ino};
    if (file.compressed) {
#if OUSAGE_WITH_ZLIB
        bytes.inflated_ = std::make_unique<detail::Inflated>();
#else
        return {
            Errc::file,
            "cannot read " + file.path.filename().string() + ": this build has no zlib"};
#endif
    }
    return std::optional(std::move(bytes));
}

OUSAGE_DECL std::uint64_t LogBytes::size() const {
    auto const status = descriptor_.status();
    return status ? static_cast<std::uint64_t>(status->st_size) : 0;
}

OUSAGE_DECL Result<std::size_t>
LogBytes::read_at(std::uint64_t offset, char* into, std::size_t size) {
#if OUSAGE_WITH_ZLIB
    if (inflated_) {
        auto const count = inflated_->read_at(descriptor_, offset, into, size);
        if (count < 0) {
            return {
                Errc::parse, "cannot read " + path_.filename().string() + ": not gzip, or damaged"};
        }
        return static_cast<std::size_t>(count);
    }
#endif
    std::size_t done = 0;
    while (done < size) {
        auto const count = descriptor_.read_at(offset + done, into + done, size - done);
        if (count < 0) {
            return file_failure(path_, errno);
        }
        if (count == 0) {
            break;
        }
        done += static_cast<std::size_t>(count);
    }
    return done;
}

} // namespace OUSAGE_NAMESPACE::io
