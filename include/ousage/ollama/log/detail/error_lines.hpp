#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Rejects most lines by their first character.
inline bool may_be_error_line(std::string_view line) {
    return line.starts_with('E') || line.starts_with(' ');
}

// Returns the offset of the first `Error #` or `     Meta: ` of a line; npos if there is none.
inline std::size_t find_error_text(std::string_view line) {
    auto const error = line.find("Error #");
    auto const meta = line.find("     Meta: ");
    return error < meta ? error : meta;
}

// Appends the text of an `Error #01: text` line to `errors`. The lines are numbered from 1 without
// a gap. `     Meta: ` lines between them are accepted and dropped (Gin errors.go). Returns false
// for any other line.
inline bool append_error_line(std::string_view line, std::vector<std::string>& errors) {
    if (line.starts_with("     Meta: ")) {
        return !errors.empty();
    }
    if (!line.starts_with("Error #")) {
        return false;
    }
    auto const number = std::to_string(errors.size() + 1);
    auto const head = (number.size() < 2 ? "0" + number : number) + ": ";
    if (!line.substr(7).starts_with(head)) {
        return false;
    }
    line.remove_prefix(7 + head.size());
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    errors.emplace_back(line);
    return true;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
