#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/json_line.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns the length of the colour code that `text` starts with: ESC [ digits ; m. The escape may
// be written as text, as `cat -v`, less and syslog daemons do. 0 if there is none.
inline std::size_t colour_length(std::string_view text) {
    constexpr std::string_view forms[] = {"\x1b[", "ESC[", "^[[", "#033[", "\xE2\x90\x9B["};
    for (auto const form : forms) {
        if (text.starts_with(form)) {
            auto const end = text.find_first_not_of("0123456789;", form.size());
            auto const is_code = end != text.npos && (text[end] == 'm' || text[end] == 'K');
            return is_code ? end + 1 : 0;
        }
    }
    return 0;
}

// Returns true if a line may contain an escaped colour code or a no-break space.
inline bool may_have_codes(std::string_view line) {
    return line.find('\xA0') != line.npos || line.find('\x1b') != line.npos ||
           line.find("ESC[") != line.npos || line.find("^[[") != line.npos ||
           line.find("#033[") != line.npos || line.find("\xE2\x90\x9B[") != line.npos;
}

// Returns true if a line begins like a JSON object or a member of one.
inline bool may_be_json(std::string_view line) {
    auto const start = line.find_first_not_of(" \t");
    if (start == line.npos) {
        return false;
    }
    auto const first = line[start];
    return first == '{' || first == '"' ||
           (first == '[' && start + 1 < line.size() && line[start + 1] == '{');
}

// Removes NULs and colour codes and replaces no-break spaces by spaces.
inline void remove_codes(std::string& text) {
    std::size_t size = 0;
    auto const all = std::string_view(text);
    for (std::size_t next = 0; next < all.size();) {
        auto const character = all[next];
        if (character == '\0') {
            ++next;
        } else if (auto const length = colour_length(all.substr(next, 64)); length > 0) {
            next += length;
        } else if (all.substr(next).starts_with("\xC2\xA0")) {
            text[size++] = ' ';
            next += 2;
        } else {
            // A byte A0 after an ASCII character is not UTF-8 but Latin-1.
            auto const is_latin =
                character == '\xA0' && (size == 0 || (text[size - 1] & 0x80) == 0);
            text[size++] = is_latin ? ' ' : character;
            ++next;
        }
    }
    text.resize(size);
}

// Returns a copy of a line without its NULs.
inline std::string without_nuls(std::string_view line) {
    auto text = std::string(line);
    std::erase(text, '\0');
    return text;
}

// Returns the plain text of a line: the text inside a JSON object, without NULs and colour codes,
// with spaces in place of no-break spaces. The text may consist of several lines. The view is valid
// until `buffer` is changed.
inline std::string_view plain_line(std::string_view line, std::string& buffer) {
    if (!may_be_json(line) || !unwrap_json(line, buffer)) {
        buffer = line;
    }
    remove_codes(buffer);
    auto const text = std::string_view(buffer);
    return text.substr(0, text.size() - (text.ends_with('\n') ? 1 : 0));
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
