#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/gin_cursor.hpp>
#include <ousage/ollama/log/detail/gin_fields.hpp>
#include <ousage/ollama/log/detail/sse2.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if OUSAGE_WITH_SSE2

namespace OUSAGE_NAMESPACE::ollama::detail {

// Parses `[GIN] 2026/08/21 - 18:48:22 | 200 | `. Caches the minute and the status, because most
// lines share them with the previous line.
class GinHead {
public:
    static constexpr std::size_t size = 36;

    GinHead() noexcept { read_status(" | 200 |"); }

    // Returns false if the first 36 bytes do not have this form.
    bool read(char const* line, GinLine& into) noexcept {
        auto const tens = static_cast<unsigned>(line[25] - '0');
        auto const ones = static_cast<unsigned>(line[26] - '0');
        auto const same_minute = is_minute(line);
        auto const same_status = load_8(line + 27) == status_column_;
        if (tens > 5 || ones > 9 || line[35] != ' ' || !(same_minute || read_minute(line)) ||
            !(same_status || read_status(line + 27))) {
            return false;
        }
        into.time = start_ + std::chrono::seconds(tens * 10 + ones);
        into.status = status_;
        return true;
    }

private:
    static constexpr std::size_t minute_size = 25;

    bool is_minute(char const* line) const noexcept {
        auto const first = _mm_cmpeq_epi8(load_16(line), load_16(minute_));
        auto const last = _mm_cmpeq_epi8(load_16(line + 9), load_16(minute_ + 9));
        return mask_of(_mm_and_si128(first, last)) == 0xFFFF;
    }

    bool read_minute(char const* line) noexcept {
        auto cursor = GinCursor({line + gin_mark.size(), 21});
        auto const time = read_time(cursor);
        if (!time || !std::string_view(line, gin_mark.size()).starts_with(gin_mark)) {
            return false;
        }
        std::memcpy(minute_, line, minute_size);
        start_ = std::chrono::floor<std::chrono::minutes>(*time);
        return true;
    }

    // Parses the eight bytes after the seconds.
    bool read_status(char const* column) noexcept {
        auto const first = static_cast<unsigned>(column[3] - '0');
        auto const second = static_cast<unsigned>(column[4] - '0');
        auto const third = static_cast<unsigned>(column[5] - '0');
        auto const is_valid = first - 1 < 9 && second < 10 && third < 10 &&
                              std::string_view(column, 3) == " | " &&
                              std::string_view(column + 6, 2) == " |";
        if (is_valid) {
            status_column_ = load_8(column);
            status_ = static_cast<int>(first * 100 + second * 10 + third);
        }
        return is_valid;
    }

    // The initial minute and status are valid. They are not NULs, because a line could contain
    // NULs.
    char minute_[minute_size + 1] = "[GIN] 1970/01/01 - 00:00:";
    std::chrono::local_seconds start_{};
    std::uint64_t status_column_ = 0; // ` | 200 |`
    int status_ = 0;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail

#endif
