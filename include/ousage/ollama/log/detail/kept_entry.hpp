#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/access_entry.hpp>

#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The bytes that an entry's views look at, where it outlives its line.
struct LineText {
    std::string bytes;

    void take(GinLine& line) {
        bytes.clear();
        bytes.append(line.client).append(line.method).append(line.quoted_path);
        restore(line);
    }

    // Views into `bytes`, wherever it has been moved to.
    void restore(GinLine& line) const {
        auto const all = std::string_view(bytes);
        line.client = all.substr(0, line.client.size());
        line.method = all.substr(line.client.size(), line.method.size());
        line.quoted_path = all.substr(line.client.size() + line.method.size());
    }
};

// An entry that waits for the zone of its time.
struct KeptEntry {
    AccessEntry entry;
    LineText text;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
