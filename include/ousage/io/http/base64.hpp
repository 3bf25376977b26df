#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

/// Encodes bytes as base64 with padding (RFC 4648, section 4).
inline std::string to_base64(std::string_view bytes) {
    static constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto text = std::string{};
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        unsigned group = 0;
        for (std::size_t index = at; index < at + 3; ++index) {
            auto const byte = index < bytes.size() ? bytes[index] : '\0';
            group = group << 8 | static_cast<unsigned char>(byte);
        }
        for (int shift = 18; shift >= 0; shift -= 6) {
            text += letters[group >> shift & 0x3F];
        }
    }
    auto const missing = (3 - bytes.size() % 3) % 3;
    text.replace(text.size() - missing, missing, missing, '=');
    return text;
}

} // namespace OUSAGE_NAMESPACE::io
