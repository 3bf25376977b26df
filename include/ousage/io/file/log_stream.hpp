#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace OUSAGE_NAMESPACE::io {

namespace detail {
class Inflated;
}

/// Reads a log from a stream, such as standard input or a pipe. Decompresses it if it is gzip by
/// its first bytes. Not thread-safe.
class LogStream {
public:
    /// `descriptor` remains the caller's. `name` occurs in failures.
    LogStream(int descriptor, std::string name);
    LogStream(LogStream&& other) noexcept;
    LogStream& operator=(LogStream&& other) noexcept;
    ~LogStream();

    /// Reads the next bytes: at least one, unless the stream has ended. Blocks until they are
    /// available. Fails if the stream is compressed in another format or damaged, or ends within
    /// compressed data.
    Result<std::size_t> read(char* into, std::size_t size);

private:
    Result<std::size_t> read_plain(char* into, std::size_t size);
    Result<std::size_t> read_compressed(char* into, std::size_t size);

    // Reads the first bytes and detects the format.
    Result<std::size_t> start();

    int descriptor_;
    std::string name_;
    std::string head_; // bytes that were read to detect the format
    bool has_started_ = false;
    std::unique_ptr<detail::Inflated> inflated_; // null if the log is not compressed
    std::uint64_t inflated_size_ = 0;            // decompressed bytes so far
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/file/impl/log_stream.hpp>
#endif
