#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/descriptor.hpp>
#include <ousage/io/file/log_files.hpp>

#if OUSAGE_WITH_ZLIB
#    include <ousage/io/file/detail/inflated.hpp>
#endif

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

/// Identifies a file independently of its name.
struct FileId {
    std::uint64_t device = 0; ///< st_dev
    std::uint64_t inode = 0;  ///< st_ino
    auto operator<=>(FileId const&) const = default;
};

/// Returns the id of the file at `path`; empty if there is none.
inline std::optional<FileId> file_id(std::filesystem::path const& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? std::optional(FileId{status.st_dev, status.st_ino})
                                              : std::nullopt;
}

/// The content of one log, plain or decompressed, open for reading at any offset. Remains readable
/// after the file is renamed or deleted.
class LogBytes {
public:
    /// Opens a log. Returns `nullopt` if it is not a regular file (FIFO, directory, device).
    static Result<std::optional<LogBytes>> open(LogFile const& file) {
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

    /// Returns the id of the open file.
    FileId id() const noexcept { return id_; }

    /// Returns true if the content is decompressed while it is read.
    bool is_compressed() const noexcept {
#if OUSAGE_WITH_ZLIB
        return inflated_ != nullptr;
#else
        return false;
#endif
    }

    /// Returns the file size on disk; 0 if it cannot be determined.
    std::uint64_t size() const {
        auto const status = descriptor_.status();
        return status ? static_cast<std::uint64_t>(status->st_size) : 0;
    }

    /// Reads up to `size` bytes at `offset`: fewer at the end, 0 after it. In a compressed log, an
    /// offset before the previous read position decompresses everything before that offset again.
    Result<std::size_t> read_at(std::uint64_t offset, char* into, std::size_t size) {
#if OUSAGE_WITH_ZLIB
        if (inflated_) {
            auto const count = inflated_->read_at(descriptor_, offset, into, size);
            if (count < 0) {
                return {
                    Errc::parse,
                    "cannot read " + path_.filename().string() + ": not gzip, or damaged"};
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

private:
    LogBytes(detail::Descriptor descriptor, std::filesystem::path path)
        : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

    detail::Descriptor descriptor_;
    std::filesystem::path path_;
    FileId id_;
#if OUSAGE_WITH_ZLIB
    std::unique_ptr<detail::Inflated> inflated_;
#endif
};

} // namespace OUSAGE_NAMESPACE::io
