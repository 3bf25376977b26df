#pragma once

#include <ousage/io/file/descriptor.hpp>
#include <ousage/io/file/detail/compression.hpp>
#include <ousage/io/file/detail/inflated.hpp>
#include <ousage/io/file/log_stream.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

inline ssize_t read_descriptor(int descriptor, char* into, std::size_t size) {
    ssize_t count = 0;
    do {
        count = ::read(descriptor, into, size);
    } while (count < 0 && errno == EINTR);
    return count;
}

} // namespace detail

OUSAGE_DECL LogStream::LogStream(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {}

OUSAGE_DECL LogStream::LogStream(LogStream&& other) noexcept = default;
OUSAGE_DECL LogStream& LogStream::operator=(LogStream&& other) noexcept = default;
OUSAGE_DECL LogStream::~LogStream() = default;

OUSAGE_DECL Result<std::size_t> LogStream::read(char* into, std::size_t size) {
    if (!std::exchange(has_started_, true)) {
        if (auto const started = start(); !started) {
            return started.failure();
        }
    }
    return inflated_ ? read_compressed(into, size) : read_plain(into, size);
}

// Only as many bytes are read as determine that the log is not compressed: a live stream may not
// have more of them yet.
OUSAGE_DECL Result<std::size_t> LogStream::start() {
    auto const may_be_compressed = [this] {
        return std::any_of(
            std::begin(detail::compressions), std::end(detail::compressions),
            [this](detail::Compression const& format) {
                return format.offset > 0 ? std::string_view("BZh").starts_with(head_.substr(0, 3))
                                         : format.magic.starts_with(head_);
            });
    };
    auto const* format = detail::compression_of_bytes(head_);
    while (format == nullptr && may_be_compressed() && head_.size() < detail::compression_head) {
        char buffer[detail::compression_head] = {};
        auto const count =
            detail::read_descriptor(descriptor_, buffer, detail::compression_head - head_.size());
        if (count < 0) {
            return file_failure(name_, errno);
        }
        if (count == 0) {
            break;
        }
        head_.append(buffer, static_cast<std::size_t>(count));
        format = detail::compression_of_bytes(head_);
    }
    if (format != nullptr && !detail::is_gzip(*format)) {
        return {Errc::file, detail::unreadable_text(name_, *format)};
    }
    if (format != nullptr) {
#if OUSAGE_WITH_ZLIB
        inflated_ = std::make_unique<detail::Inflated>();
#else
        return {Errc::file, "cannot read " + name_ + ": this build has no zlib"};
#endif
    }
    return std::size_t{0};
}

OUSAGE_DECL Result<std::size_t> LogStream::read_plain(char* into, std::size_t size) {
    if (!head_.empty()) {
        auto const count = std::min(size, head_.size());
        std::memcpy(into, head_.data(), count);
        head_.erase(0, count);
        return count;
    }
    auto const count = detail::read_descriptor(descriptor_, into, size);
    if (count < 0) {
        return file_failure(name_, errno);
    }
    return static_cast<std::size_t>(count);
}

#if OUSAGE_WITH_ZLIB

OUSAGE_DECL Result<std::size_t> LogStream::read_compressed(char* into, std::size_t size) {
    struct Input {
        LogStream& stream;
        Result<std::size_t> last = std::size_t{0};

        ssize_t read_at(std::uint64_t, char* data, std::size_t wanted) {
            last = stream.read_plain(data, wanted);
            return last ? static_cast<ssize_t>(*last) : -1;
        }
    };

    auto input = Input{*this};
    auto const count = inflated_->read_at(input, inflated_size_, into, size);
    if (!input.last) {
        return input.last.failure();
    }
    if (count < 0) {
        return {Errc::parse, "cannot read " + name_ + ": the gzip data is damaged"};
    }
    if (count == 0 && !inflated_->is_complete()) {
        return {Errc::parse, "cannot read " + name_ + ": the gzip data ends early"};
    }
    inflated_size_ += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
}

#else

OUSAGE_DECL Result<std::size_t> LogStream::read_compressed(char*, std::size_t) {
    return std::size_t{0};
}

#endif

} // namespace OUSAGE_NAMESPACE::io
