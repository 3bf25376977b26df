#pragma once

#include "gin_line_reference.hpp"

#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

namespace ousage::test {

/// Slow reference implementation of the access log reader; keeps all lines in memory.
struct AccessLogReference {
    struct Entry {
        ReferenceLine line;
        std::vector<std::string> errors;
    };

    std::vector<Entry> entries;
    std::uint64_t lines = 0;
    std::uint64_t unparsed = 0;
    std::uint64_t first_unparsed_line = 0;

    explicit AccessLogReference(std::string const& text) {
        auto run_of_errors = false;
        auto all = std::istringstream(text);
        for (auto line = std::string(); std::getline(all, line);) {
            std::erase(line, '\0');
            if (all.eof() && line.empty()) {
                break; // NULs after the last newline are not a line
            }
            ++lines;
            auto const too_long = line.size() > 65'536;
            auto found = too_long ? std::nullopt : read_gin_line(line);
            for (std::size_t at = 0; !found && !too_long && at < line.size(); ++at) {
                // A no-break space of Latin-1.
                line[at] = line[at] == '\xA0' && (at == 0 || line[at - 1] >= 0) ? ' ' : line[at];
            }
            found = found || too_long ? found : read_gin_line(line);
            auto const claims = line.find("[GIN] ") != std::string::npos;
            if (found) {
                entries.push_back({*found, {}});
            } else if (run_of_errors && !too_long && append_error(line)) {
                continue;
            } else if (claims && unparsed++ == 0) {
                first_unparsed_line = lines;
            }
            run_of_errors = found.has_value();
        }
    }

private:
    // Reads the next of `Error #01: `, `Error #02: ` and so on, or the `Meta:` line that Gin writes
    // after an error.
    bool append_error(std::string line) {
        auto& errors = entries.back().errors;
        if (line.starts_with("     Meta: ")) {
            return !errors.empty();
        }
        auto number = std::to_string(errors.size() + 1);
        number.insert(0, number.size() < 2 ? 1 : 0, '0');
        auto const head = "Error #" + number + ": ";
        if (!line.starts_with(head)) {
            return false;
        }
        if (line.back() == '\r') {
            line.pop_back();
        }
        errors.push_back(line.substr(head.size()));
        return true;
    }
};

} // namespace ousage::test
