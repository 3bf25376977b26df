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

// How far a log was read, and by what that place is known again: its first bytes and the last ones
// before it.
struct LogPlace {
    static constexpr std::size_t head_size = 1024;
    static constexpr std::size_t tail_size = 256;

    std::uint64_t number = 0; // of the log, as the visitor knows it
    std::uint64_t offset = 0; // behind the last byte that was given out
    std::string head;
    std::string tail;
    bool has_ended = false;   // told as ended: no more is expected
    bool in_the_line = false; // it had ended within a line

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

// A log that is read further at each poll.
struct FollowedLog {
    FollowedLog(LogFile from, LogBytes opened) : file(std::move(from)), bytes(std::move(opened)) {}

    LogFile file;
    LogBytes bytes;
    LogPlace place;
    std::optional<std::uint64_t> copy_of; // the log that has these bytes already
    LogPlace shared;                      // how far it has
    bool is_listed = true;                // has a name
    bool grew = false;                    // had something new at this poll
    bool is_leaving = false;              // had no name at the last poll
    bool is_replaced = false;             // another file goes on in its place

    // What comes next; empty at the end; none where the file is not what it was, because the bytes
    // before the place are not those that were read.
    Result<std::optional<std::string_view>> read(std::vector<char>& buffer) {
        // Of a compressed log nothing can be read twice without reading all again.
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

    // Begins behind the first byte.
    void start_at(std::uint64_t offset) { mark(place, offset); }

    // Has the bytes of a log that is there.
    void share(std::uint64_t original) {
        copy_of = original;
        if (!bytes.is_compressed()) {
            mark(shared, bytes.size());
        }
    }

    // What is new to a copy is to be looked at.
    bool has_changed() {
        return !bytes.is_compressed() && (bytes.size() != shared.offset || !holds(shared));
    }

    // What stands at an offset, shorter at the end of the file, or where it cannot be read.
    std::string text_at(std::uint64_t offset, std::size_t size) {
        auto text = std::string(size, '\0');
        auto const count = bytes.read_at(offset, text.data(), size);
        text.resize(count ? *count : 0);
        return text;
    }

    // True where this file begins with all that was read of another one.
    bool contains(LogPlace const& other) { return other.offset > 0 && holds(other); }

    // True where it has those bytes at their places.
    bool holds(LogPlace const& other) {
        return text_at(0, other.head.size()) == other.head &&
               text_at(other.offset - other.tail.size(), other.tail.size()) == other.tail;
    }

    // True where this file is the beginning of what was read of another one: a copy, perhaps one
    // that is still being made.
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
