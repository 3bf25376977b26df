#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/io/file/log_files.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io::detail {

// The read position of a log. The first bytes of the log and the last bytes before the position are
// kept to recognize the log again.
struct LogPlace {
    static constexpr std::size_t head_size = 1024;
    static constexpr std::size_t tail_size = 256;

    std::uint64_t number = 0; // passed to the visitor to identify the log
    std::uint64_t offset = 0; // offset after the last byte passed to the visitor
    std::string head;
    std::string tail;
    bool has_ended = false;   // `end` was reported: no more bytes are expected
    bool in_the_line = false; // the end was reported in the middle of a line

    bool is_at_line_end() const { return tail.empty() || tail.back() == '\n'; }

    void advance(std::string_view bytes) {
        if (offset == head.size() && head.size() < head_size) {
            head += bytes.substr(0, head_size - head.size());
        }
        offset += bytes.size();
        tail += bytes.substr(bytes.size() - std::min(bytes.size(), tail_size));
        tail.erase(0, tail.size() - std::min(tail.size(), tail_size));
    }
};

// A log that is read incrementally, at each poll.
struct FollowedLog {
    FollowedLog(LogFile from, LogBytes opened) : file(std::move(from)), bytes(std::move(opened)) {}

    LogFile file;
    LogBytes bytes;
    LogPlace place;
    std::optional<std::uint64_t> copy_of; // number of the log that already contains these bytes
    LogPlace shared;                      // position up to which both logs are equal
    bool is_listed = true;                // has a name in the directory
    bool grew = false;                    // new bytes were read at this poll
    bool is_leaving = false;              // had no name at the previous poll
    bool is_replaced = false;             // another file continues this log

    // Reads the next bytes; empty at the end of the file. Returns `nullopt` if the file was
    // truncated or replaced, which is detected if the bytes before the position have changed.
    Result<std::optional<std::string_view>> read(std::vector<char>& buffer) {
        // Do not check the previous bytes of a compressed log: reading them again would decompress
        // the file from its start.
        auto const again = bytes.is_compressed() ? 0 : place.tail.size();
        auto const count = bytes.read_at(place.offset - again, buffer.data(), buffer.size());
        if (!count) {
            return count.failure();
        }
        if (*count < again || std::memcmp(buffer.data(), place.tail.data(), again) != 0) {
            return std::optional<std::string_view>{};
        }
        return std::optional(std::string_view(buffer.data() + again, *count - again));
    }

    // Sets the position to `offset`; the bytes before it are skipped.
    void start_at(std::uint64_t offset) { mark(place, offset); }

    // Marks this file as a copy of the log with that number.
    void share(std::uint64_t original) {
        copy_of = original;
        if (!bytes.is_compressed()) {
            mark(shared, bytes.size());
        }
    }

    // Returns true if the file has changed since it was marked as a copy.
    bool has_changed() {
        return !bytes.is_compressed() && (bytes.size() != shared.offset || !holds(shared));
    }

    // Returns up to `size` bytes at `offset`; fewer at the end of the file or if they cannot be
    // read.
    std::string text_at(std::uint64_t offset, std::size_t size) {
        auto text = std::string(size, '\0');
        auto const count = bytes.read_at(offset, text.data(), size);
        text.resize(count ? *count : 0);
        return text;
    }

    // Returns true if this file begins with everything that was read of `other`.
    bool contains(LogPlace const& other) { return other.offset > 0 && holds(other); }

    // Returns true if this file contains the kept bytes of `other` at the same offsets.
    bool holds(LogPlace const& other) {
        return text_at(0, other.head.size()) == other.head &&
               text_at(other.offset - other.tail.size(), other.tail.size()) == other.tail;
    }

    // Returns true if this file is equal to the beginning of what was read of `other`: a copy,
    // which may still be incomplete.
    bool is_beginning_of(FollowedLog& other) {
        auto const head = text_at(0, LogPlace::head_size);
        if (head.empty() || bytes.is_compressed()) {
            return !head.empty() && other.place.head.starts_with(head);
        }
        auto const size = bytes.size();
        auto const tail = std::min<std::uint64_t>(size, LogPlace::tail_size);
        return size <= other.place.offset && other.place.head.starts_with(head) &&
               text_at(size - tail, tail) == other.text_at(size - tail, tail);
    }

private:
    void mark(LogPlace& at, std::uint64_t offset) {
        at.offset = offset;
        at.head = text_at(0, std::min<std::uint64_t>(offset, LogPlace::head_size));
        auto const size = std::min<std::uint64_t>(offset, LogPlace::tail_size);
        at.tail = text_at(offset - size, size);
    }
};

} // namespace OUSAGE_NAMESPACE::io::detail
