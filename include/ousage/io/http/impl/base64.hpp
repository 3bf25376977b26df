#pragma once

#include <ousage/io/http/base64.hpp>

#include <cstddef>

namespace OUSAGE_NAMESPACE::io {

OUSAGE_DECL std::string to_base64(std::string_view bytes) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto text = std::string{};
    for (std::size_t start = 0; start < bytes.size(); start += 3) {
        unsigned group = 0;
        for (std::size_t index = start; index < start + 3; ++index) {
            auto const byte = index < bytes.size() ? bytes[index] : '\0';
            group = group << 8 | static_cast<unsigned char>(byte);
        }
        for (int shift = 18; shift >= 0; shift -= 6) {
            text += digits[group >> shift & 0x3F];
        }
    }
    auto const padding = (3 - bytes.size() % 3) % 3;
    text.replace(text.size() - padding, padding, padding, '=');
    return text;
}

} // namespace OUSAGE_NAMESPACE::io
