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

/// Which file it is, under whatever name.
struct FileId {
    std::uint64_t device = 0; ///< st_dev
    std::uint64_t inode = 0;  ///< st_ino
    auto operator<=>(FileId const&) const = default;
};

/// The file that a path leads to; empty where there is none.
inline std::optional<FileId> file_id(std::filesystem::path const& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? std::optional(FileId{status.st_dev, status.st_ino})
                                              : std::nullopt;
}

/// The bytes of one log, plain or inflated, open for reading at any offset. Whoever holds it can
/// read on when the file was renamed or deleted.
class LogBytes {
public:
    /// Opens a log. Empty where it is no regular file (FIFO, folder, device).
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

    /// Which file it is.
    FileId id() const noexcept { return id_; }

    /// True where what is read is not what the file holds.
    bool is_compressed() const noexcept {
#if OUSAGE_WITH_ZLIB
        return inflated_ != nullptr;
#else
        return false;
#endif
    }

    /// The file's size on disk; 0 where it cannot be told.
    std::uint64_t size() const {
        auto const status = descriptor_.status();
        return status ? static_cast<std::uint64_t>(status->st_size) : 0;
    }

    /// Reads up to `size` bytes at `offset`; fewer at the end, 0 behind it. In a compressed log an
    /// offset before the last one read costs all that lies before it.
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
