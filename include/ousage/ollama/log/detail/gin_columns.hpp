#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/gin_head.hpp>
#include <ousage/ollama/log/detail/gin_tail.hpp>
#include <ousage/ollama/log/detail/latency_column.hpp>
#include <ousage/ollama/log/detail/tail_cache.hpp>
#include <ousage/ollama/log/gin_line.hpp>
#include <ousage/ollama/log/route.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The result of parsing a line by its columns.
struct ReadColumns {
    char const* end = nullptr; // its newline or the end of the bytes; null if not parsed
    Route route = Route::other;
};

#if OUSAGE_WITH_SSE2

inline constexpr bool has_gin_columns = true;

// Parses the plain form of the line that Gin 1.9 to 1.12 prints, by its columns and with a cache of
// earlier lines.
class GinColumns {
public:
    // Parses one line, which ends at a newline or at `limit`. A rejected line may still be an
    // access line: the general parser decides.
    ReadColumns read(char const* line, char const* limit, GinLine& into) {
        if (limit - line < 72 || *line != '[' || !head_.read(line, into)) {
            return {};
        }
        auto const* const latency = line + GinHead::size;
        auto const* const bar = find_bar(latency, limit);
        if (bar == nullptr || bar - latency < 4 || bar[-1] != ' ' ||
            !(read_latency(latency, bar - 1, into.latency_ns) ||
              read_minutes(latency, bar - 1, into.latency_ns) ||
              read_long_latency(latency, bar - 1, into.latency_ns))) {
            return {};
        }
        if (auto const* const tail = tails_.find(bar, limit)) {
            tail->set_fields(bar, into);
            return {bar + tail->size - 1, tail->route};
        }
        auto const* const end = read_tail(bar, limit, into);
        if (end == nullptr) {
            return {};
        }
        auto const route = route_of_quoted(into.method, into.quoted_path);
        if (end != limit) {
            tails_.store(bar, limit, into, route);
        }
        return {end, route};
    }

private:
    // Returns the bar after the latency. The latency is 13 bytes wide, 14 with a micro sign, or 8
    // since Gin 1.12.
    static char const* find_bar(char const* latency, char const* limit) noexcept {
        auto const bars = mask_equal(load_16(latency), '|');
        return bars != 0 ? latency + std::countr_zero(bars)
                         : static_cast<char const*>(std::memchr(
                               latency, '|', static_cast<std::size_t>(limit - latency)));
    }

    // Parses all latencies that the column parsers reject.
    static bool
    read_long_latency(char const* field, char const* end, std::int64_t& value) noexcept {
        while (field < end && *field == ' ') {
            ++field;
        }
        auto const latency = parse_latency({field, static_cast<std::size_t>(end - field)});
        value = latency.value_or(0);
        return latency.has_value();
    }

    GinHead head_;
    TailCache tails_;
};

#else

inline constexpr bool has_gin_columns = false;

// Without OUSAGE_WITH_SSE2 only the general parser is used.
class GinColumns {
public:
    ReadColumns read(char const*, char const*, GinLine&) noexcept { return {}; }
};

#endif

} // namespace OUSAGE_NAMESPACE::ollama::detail
