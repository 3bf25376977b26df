#pragma once

#include <ousage/config.hpp>

#if OUSAGE_WITH_ZLIB

#    include <ousage/io/file/descriptor.hpp>

#    include <zlib.h>

#    include <algorithm>
#    include <array>
#    include <cstddef>
#    include <cstdint>
#    include <vector>

namespace OUSAGE_NAMESPACE::io::detail {

// Sequential reader of the decompressed content of a gzip file. If the file is still being written,
// reads up to its current end and continues at the next call. The file is passed to each call, and
// has a function `read_at(offset, into, size)` as Descriptor has.
class Inflated {
public:
    Inflated() : input_(64 * 1024) { start(); }

    Inflated(Inflated const&) = delete;
    Inflated& operator=(Inflated const&) = delete;

    ~Inflated() { ::inflateEnd(&stream_); }

    // Reads up to `size` decompressed bytes at `offset`. Returns -1 if the file is damaged.
    template <class File>
    ssize_t read_at(File&& file, std::uint64_t offset, char* into, std::size_t size) {
        // A damaged file may have been replaced in the meantime.
        if (offset < offset_ || offset == 0) {
            ::inflateEnd(&stream_);
            start();
        }
        while (offset_ < offset) {
            auto rest = std::array<char, 16 * 1024>{};
            auto const count = read(
                file, rest.data(),
                static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), offset - offset_)));
            if (count <= 0) {
                return count;
            }
        }
        std::size_t done = 0;
        while (done < size) {
            auto const count = read(file, into + done, size - done);
            if (count < 0) {
                // Return the bytes before the damage; the next call reports it.
                return done > 0 ? static_cast<ssize_t>(done) : -1;
            }
            if (count == 0) {
                break;
            }
            done += static_cast<std::size_t>(count);
        }
        return static_cast<ssize_t>(done);
    }

    // Returns true if the data read so far does not end within a gzip member.
    bool is_complete() const noexcept { return is_complete_; }

private:
    void start() {
        stream_ = {};
        // 15 is the window size in bits; adding 16 selects the gzip format.
        is_damaged_ = ::inflateInit2(&stream_, 15 + 16) != Z_OK;
        offset_ = input_offset_ = 0;
        is_complete_ = true;
    }

    template <class File>
    ssize_t read(File& file, char* into, std::size_t size) {
        stream_.next_out = reinterpret_cast<Bytef*>(into);
        stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1u << 30));
        auto const wanted = stream_.avail_out;
        while (stream_.avail_out == wanted && !is_damaged_) {
            if (stream_.avail_in == 0) {
                auto const count = file.read_at(input_offset_, input_.data(), input_.size());
                if (count <= 0) {
                    break;
                }
                input_offset_ += static_cast<std::uint64_t>(count);
                stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
                stream_.avail_in = static_cast<uInt>(count);
            }
            is_complete_ = false;
            auto const result = ::inflate(&stream_, Z_NO_FLUSH);
            if (result == Z_STREAM_END) {
                // A gzip file may consist of several members. Skip zero padding after the last one.
                is_damaged_ = ::inflateReset(&stream_) != Z_OK;
                while (stream_.avail_in > 0 && *stream_.next_in == 0) {
                    ++stream_.next_in;
                    --stream_.avail_in;
                }
                is_complete_ = stream_.avail_in == 0;
            } else if (result != Z_OK && result != Z_BUF_ERROR) {
                is_damaged_ = true;
            }
        }
        auto const count = wanted - stream_.avail_out;
        offset_ += count;
        return is_damaged_ && count == 0 ? -1 : static_cast<ssize_t>(count);
    }

    z_stream stream_{};
    std::vector<char> input_;
    std::uint64_t offset_ = 0;       // in the decompressed data
    std::uint64_t input_offset_ = 0; // in the file
    bool is_damaged_ = false;
    bool is_complete_ = true;
};

} // namespace OUSAGE_NAMESPACE::io::detail

#else

namespace OUSAGE_NAMESPACE::io::detail {

class Inflated {};

} // namespace OUSAGE_NAMESPACE::io::detail

#endif
