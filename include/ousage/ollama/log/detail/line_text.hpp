#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/access_entry.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Stores the bytes that an entry's views point to, if the entry outlives its line.
struct LineText {
    std::string bytes;

    void store(GinLine& line) {
        bytes.clear();
        bytes.append(line.client).append(line.method).append(line.quoted_path);
        restore(line);
    }

    // Sets the views to `bytes`, which may have been moved.
    void restore(GinLine& line) const {
        auto const all = std::string_view(bytes);
        line.client = all.substr(0, line.client.size());
        line.method = all.substr(line.client.size(), line.method.size());
        line.quoted_path = all.substr(line.client.size() + line.method.size());
    }
};

// An entry that is queued until its zone is known.
struct UndatedEntry {
    AccessEntry entry;
    std::optional<std::chrono::seconds> own_offset; // of the line's prefix
    LineText text;

    // Returns the approximate size in memory.
    std::size_t size() const {
        auto bytes = sizeof(UndatedEntry) + text.bytes.size();
        for (auto const& error : entry.errors) {
            bytes += sizeof(error) + error.size();
        }
        return bytes;
    }
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
