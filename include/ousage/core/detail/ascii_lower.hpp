#pragma once

#include <ousage/config.hpp>

#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::detail {

// Converts an ASCII letter to lower case; returns other bytes unchanged.
inline char ascii_lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
}

// Converts the ASCII letters of a text to lower case.
inline std::string ascii_lower(std::string_view text) {
    auto result = std::string(text);
    for (auto& character : result) {
        character = ascii_lower(character);
    }
    return result;
}

} // namespace OUSAGE_NAMESPACE::detail
