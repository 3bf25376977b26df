#pragma once

#include <ousage/io/file/detail/compression.hpp>
#include <ousage/io/file/detail/inflated.hpp>
#include <ousage/io/file/log_bytes.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

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
        auto const error = errno;
        struct stat link{};
        auto const is_link = error == ENOENT && ::lstat(file.path.c_str(), &link) == 0;
        if (error == ENOENT && !is_link) {
            return std::optional<LogBytes>{};
        }
        return file_failure(file.path, error);
    }
    if (!S_ISREG(status->st_mode)) {
        return std::optional<LogBytes>{};
    }
    auto bytes = LogBytes(std::move(descriptor), file.path);
    bytes.id_ = {status->st_dev, status->st_ino};
    auto const name = file.path.filename().string();
    auto head = std::string(detail::compression_head, '\0');
    auto const count = bytes.descriptor_.read_at(0, head.data(), head.size());
    head.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
    auto const* format = detail::compression_of_bytes(head);
    if (format == nullptr && file.compressed) {
        format = detail::compression_of_name(name);
    }
    if (format != nullptr && !detail::is_gzip(*format)) {
        return {Errc::file, detail::unreadable_text(name, *format)};
    }
    if (format != nullptr) {
#if OUSAGE_WITH_ZLIB
        bytes.inflated_ = std::make_unique<detail::Inflated>();
#else
        return {Errc::file, "cannot read " + name + ": this build has no zlib"};
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
