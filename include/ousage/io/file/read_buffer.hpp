#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <memory>
#include <new>

namespace OUSAGE_NAMESPACE::io {

/// Uninitialized memory for reads, aligned to a cache line: Linux copies a file into it up to four
/// times as fast as into a large `std::vector`, whose address is 16 bytes after a page. Moving
/// leaves an empty buffer. Not thread-safe.
class ReadBuffer {
public:
    /// An empty buffer.
    ReadBuffer() = default;

    /// `size` is the number of bytes. Throws `std::bad_alloc`.
    explicit ReadBuffer(std::size_t size)
        : bytes_(static_cast<char*>(::operator new(size, alignment))), size_(size) {}

    /// The first byte; null if the buffer is empty.
    char* data() const noexcept { return bytes_.get(); }

    /// The number of bytes.
    std::size_t size() const noexcept { return bytes_ ? size_ : 0; }

private:
    static constexpr std::align_val_t alignment{64};

    struct Free {
        void operator()(char* bytes) const noexcept { ::operator delete(bytes, alignment); }
    };

    std::unique_ptr<char, Free> bytes_;
    std::size_t size_ = 0;
};

} // namespace OUSAGE_NAMESPACE::io
