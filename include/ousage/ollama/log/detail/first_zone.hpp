#pragma once

#include <ousage/config.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/ollama/log/detail/partial_line.hpp>
#include <ousage/ollama/log/detail/slog_time.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns the UTC offset of the first slog line in `text`. A last line without its newline is
// ignored.
inline std::optional<std::chrono::seconds> first_zone(std::string_view text) {
    constexpr std::string_view mark = " level="; // in every slog line, and in few other lines
    for (;;) {
        auto const* const found =
            static_cast<char const*>(::memmem(text.data(), text.size(), mark.data(), mark.size()));
        auto const position =
            found == nullptr ? text.npos : static_cast<std::size_t>(found - text.data());
        auto const end = text.find('\n', position);
        if (end == text.npos) {
            return std::nullopt;
        }
        auto const start = text.rfind('\n', position) + 1;
        auto const line = text.substr(start, end - start);
        auto const offset = slog_offset(line.substr(0, line.find(gin_mark)));
        if (offset && line.size() <= PartialLine::limit) {
            return offset;
        }
        text.remove_prefix(end + 1);
    }
}

// Returns the UTC offset of the first slog line that begins at or after `offset`, searching to the
// end of the log. In most logs it is the first line.
inline std::optional<std::chrono::seconds> first_zone(io::LogBytes& bytes, std::uint64_t offset) {
    auto buffer = std::vector<char>(8 * 1024);
    std::size_t partial = 0; // bytes of an incomplete line
    for (;;) {
        auto const read = bytes.read_at(offset, buffer.data() + partial, buffer.size() - partial);
        if (!read || *read == 0) {
            return std::nullopt;
        }
        offset += *read;
        auto const text = std::string_view(buffer.data(), partial + *read);
        if (auto const zone = first_zone(text)) {
            return zone;
        }
        auto const rest = text.substr(text.rfind('\n') + 1);
        partial = std::min(rest.size(), PartialLine::limit);
        std::memmove(buffer.data(), rest.data() + (rest.size() - partial), partial);
        buffer.resize(256 * 1024);
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
