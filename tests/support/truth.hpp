#pragma once

#include <ousage/json/utf8.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::test {

/// Returns the content of a file in tests/data.
inline std::string read_data(std::string const& name) {
    auto file = std::ifstream(std::string(OUSAGE_TEST_DATA) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Splits a text into lines, without their newlines.
inline std::vector<std::string> split_lines(std::string const& text) {
    auto lines = std::vector<std::string>{};
    for (std::size_t start = 0; start < text.size();) {
        auto const end = std::min(text.find('\n', start), text.size());
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

/// Returns every line of the Gin recordings.
inline std::vector<std::string> recorded_gin_lines() {
    auto lines = std::vector<std::string>{};
    auto const root = std::filesystem::path(OUSAGE_TEST_DATA) / "gin";
    for (auto const& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (entry.path().extension() == ".log") {
            auto const name = std::filesystem::relative(entry.path(), OUSAGE_TEST_DATA).string();
            for (auto& line : split_lines(read_data(name))) {
                lines.push_back(std::move(line));
            }
        }
    }
    return lines;
}

/// Decodes base64.
inline std::string from_base64(std::string_view text) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto bytes = std::string{};
    unsigned buffer = 0;
    int bits = 0;
    for (auto const character : text) {
        auto const value = alphabet.find(character);
        if (value == alphabet.npos) {
            break;
        }
        buffer = buffer << 6 | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(buffer >> bits & 0xFF);
        }
    }
    return bytes;
}

/// Replaces each byte that is not valid UTF-8 by U+FFFD, because JSON requires valid UTF-8.
inline std::string to_utf8(std::string_view text) {
    auto clean = std::string{};
    for (std::size_t index = 0; index < text.size();) {
        auto const length = utf8_length(text, index);
        clean += length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(index, length);
        index += std::max<std::size_t>(length, 1);
    }
    return clean;
}

} // namespace ousage::test
