#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/descriptor.hpp>
#include <ousage/io/file/log_files.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace OUSAGE_NAMESPACE::io {

namespace detail {
class Inflated;
}

/// Identifies a file independently of its name.
struct FileId {
    std::uint64_t device = 0; ///< st_dev
    std::uint64_t inode = 0;  ///< st_ino
    auto operator<=>(FileId const&) const = default;
};

/// Returns the id of the file at `path`; empty if there is none.
OUSAGE_DECL std::optional<FileId> file_id(std::filesystem::path const& path);

/// The content of one log, plain or decompressed, open for reading at any offset. Remains readable
/// after the file is renamed or deleted.
class LogBytes {
public:
    LogBytes(LogBytes&& other) noexcept;
    LogBytes& operator=(LogBytes&& other) noexcept;
    ~LogBytes();

    /// Opens a log. It is decompressed if it is gzip by its first bytes, or by its name if it is
    /// empty. Another compression format is a failure that names it. Returns `nullopt` if it is not
    /// a regular file (FIFO, directory, device) or if it does not exist. A link to nothing is a
    /// failure.
    static Result<std::optional<LogBytes>> open(LogFile const& file);

    /// Returns the id of the open file.
    FileId id() const noexcept { return id_; }

    /// Returns true if the content is decompressed while it is read.
    bool is_compressed() const noexcept { return inflated_ != nullptr; }

    /// Returns the file size on disk; 0 if it cannot be determined.
    std::uint64_t size() const;

    /// Reads up to `size` bytes at `offset`: fewer at the end, 0 after it. In a compressed log, an
    /// offset before the previous read position decompresses everything before that offset again.
    Result<std::size_t> read_at(std::uint64_t offset, char* into, std::size_t size);

private:
    LogBytes(detail::Descriptor descriptor, std::filesystem::path path);

    detail::Descriptor descriptor_;
    std::filesystem::path path_;
    FileId id_;
    std::unique_ptr<detail::Inflated> inflated_; // null if the log is not compressed
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/file/impl/log_bytes.hpp>
#endif
