#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// The lines of the values of a JSON text, for error messages to its author. Parsed values have no
/// positions, so the text is scanned again when a message needs one.
struct JsonLocations {
    std::map<std::string, std::size_t> lines; ///< line of each value, or of its key, by path
    std::size_t last_line = 1;                ///< where the scan ended: the line of the error
    bool good = false;                        ///< the whole text is one JSON value

    /// The line, from 1, of the value at `path`, such as `accounts[0].timeout`. Returns 1 if there
    /// is no such value.
    std::size_t line_of(std::string const& path) const {
        auto const found = lines.find(path);
        return found == lines.end() ? 1 : found->second;
    }
};

/// Scans the text up to the first syntax error. Nesting deeper than 64 levels is an error. Keys in
/// paths are spelled as in the text: escapes are not decoded.
OUSAGE_DECL JsonLocations locate_json(std::string_view text);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/json/impl/locate.hpp>
#endif
