#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/io/file/log_files.hpp>
#include <ousage/io/file/read_buffer.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io::detail {

// A position in the content of a log. The first bytes of the log and the last bytes before the
// position are kept to recognize the content in any file.
struct LogPosition {
    static constexpr std::size_t head_size = 1024;
    static constexpr std::size_t tail_size = 256;

    std::uint64_t number = 0; // passed to the visitor; 0 if the content was passed as another log
    std::uint64_t offset = 0; // offset after the last byte passed to the visitor
    std::string head;
    std::string tail;
    // Hashes of the bytes before each power of two; 0 if not read yet.
    std::vector<std::uint64_t> probes;
    bool has_ended = false;   // `end` was reported: no more bytes are expected
    bool in_the_line = false; // the end was reported in the middle of a line

    // The newline of UTF-16LE ends with a NUL.
    bool is_at_line_end() const {
        return tail.empty() || tail.back() == '\n' || tail.ends_with(std::string_view("\n\0", 2));
    }

    void advance(std::string_view bytes) {
        if (offset == head.size() && head.size() < head_size) {
            head += bytes.substr(0, head_size - head.size());
        }
        offset += bytes.size();
        tail += bytes.substr(bytes.size() - std::min(bytes.size(), tail_size));
        tail.erase(0, tail.size() - std::min(tail.size(), tail_size));
    }
};

// A known content and the file that contains it. One of:
// - a log that is read: it has a number and a file;
// - a lost log: it has a number; its file was truncated (`bytes` is empty) or is not listed;
// - a removed log: it has neither a number nor a file;
// - a copy: it has a file but no number. Its bytes up to its position were passed as another log.
//   A file that was not compared with the known contents yet is a copy of 0 bytes.
struct FollowedLog {
    LogFile file;
    std::optional<LogBytes> bytes; // empty if no file has this content
    std::optional<FileId> id;
    LogPosition position;
    bool is_listed = false;  // has a name in the directory
    bool grew = false;       // new bytes were read at this poll
    bool is_leaving = false; // was not listed at the previous poll
    // Another file has the name of this live log, which counted as a rotation. It may appear under
    // the name of a rotated log later.
    bool is_replaced = false;

    bool is_read() const { return position.number != 0 && bytes; }

    bool is_lost() const { return position.number != 0 && !is_listed; }

    bool is_removed() const { return position.number == 0 && !bytes; }

    bool is_copy() const { return position.number == 0 && bytes; }

    // Reads the next bytes; empty at the end of the file. Returns `nullopt` if the file was
    // truncated or replaced, which is detected if the bytes before the position have changed.
    Result<std::optional<std::string_view>> read(ReadBuffer const& buffer) {
        // Do not check the previous bytes of a compressed log: reading them again would decompress
        // the file from its start.
        auto const again = bytes->is_compressed() ? 0 : position.tail.size();
        auto const count = bytes->read_at(position.offset - again, buffer.data(), buffer.size());
        if (!count) {
            return count.failure();
        }
        if (*count < again || std::memcmp(buffer.data(), position.tail.data(), again) != 0) {
            return std::optional<std::string_view>{};
        }
        return std::optional(std::string_view(buffer.data() + again, *count - again));
    }

    // Returns false if this content and that of `other` differ before the smaller position, by a
    // sample of it. Unlike `contains`, it reads each file a few times only, however many others it
    // is compared with.
    bool may_share_content(FollowedLog& other) {
        auto const size = std::min(position.offset, other.position.offset);
        if (size <= LogPosition::head_size) {
            return true;
        }
        auto const power = static_cast<std::size_t>(std::bit_width(size)) - 1;
        auto const own = probe(power);
        auto const others = own == 0 ? 0 : other.probe(power);
        return own == 0 || others == 0 || own == others;
    }

    // Returns true if the file begins with everything before `other`. `position` must be at the end
    // of the file or, if the log is read, not before `other`.
    bool contains(LogPosition const& other) {
        return other.offset > 0 && position.head.starts_with(other.head) &&
               text_at(other.offset - other.tail.size(), other.tail.size()) == other.tail;
    }

    // Returns true if the file of a copy is not the same as when its position was determined.
    bool has_changed() {
        return bytes->is_compressed() ? position.offset == 0
                                      : bytes->size() != position.offset || !contains(position);
    }

    // Returns the position at the end of the file. Of a compressed log, only the first bytes are
    // decompressed.
    Result<LogPosition> end() {
        char first = 0;
        auto const count = bytes->read_at(0, &first, 1);
        if (!count) {
            return count.failure();
        }
        return position_at(bytes->is_compressed() ? LogPosition::head_size : bytes->size());
    }

    // Returns the position at `offset`, which may be after the end of a file of up to `head_size`
    // bytes.
    LogPosition position_at(std::uint64_t offset) {
        auto at = LogPosition{};
        at.advance(text_at(0, std::min<std::uint64_t>(offset, LogPosition::head_size)));
        if (offset > LogPosition::head_size) {
            at.offset = offset;
            at.tail = text_at(offset - LogPosition::tail_size, LogPosition::tail_size);
        }
        return at;
    }

private:
    // Returns a hash of the bytes before 2^`power`; 0 if they cannot be read at little cost.
    std::uint64_t probe(std::size_t power) {
        constexpr std::size_t size = 64;
        auto& probes = position.probes;
        if (probes.size() <= power) {
            probes.resize(power + 1);
        }
        if (probes[power] == 0 && bytes && !bytes->is_compressed()) {
            auto const text = text_at((std::uint64_t{1} << power) - size, size);
            probes[power] = text.size() == size ? std::hash<std::string>()(text) | 1 : 0;
        }
        return probes[power];
    }

    // Returns up to `size` bytes at `offset`; fewer at the end of the file or if they cannot be
    // read.
    std::string text_at(std::uint64_t offset, std::size_t size) {
        auto text = std::string(size, '\0');
        auto const count = bytes->read_at(offset, text.data(), size);
        text.resize(count ? *count : 0);
        return text;
    }
};

} // namespace OUSAGE_NAMESPACE::io::detail
