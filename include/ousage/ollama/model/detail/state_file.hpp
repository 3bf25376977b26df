#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

// Names of the files in the state directory.
namespace OUSAGE_NAMESPACE::ollama::detail {

// FNV-1a. Not a cryptographic hash; it protects no secret.
inline std::uint64_t
fingerprint(std::string_view text, std::uint64_t seed = 14695981039346656037u) {
    for (auto const byte : text) {
        seed = (seed ^ static_cast<unsigned char>(byte)) * 1099511628211u;
    }
    return seed;
}

// The path of `KIND-HASH.json`, one file for each `identity`.
inline std::filesystem::path state_path(
    std::filesystem::path const& directory, std::string_view kind, std::string_view identity) {
    static constexpr std::string_view digits = "0123456789abcdef";
    auto const hash = fingerprint(identity);
    auto name = std::string(kind) + "-";
    for (int shift = 60; shift >= 0; shift -= 4) {
        name += digits[hash >> shift & 0xF];
    }
    return directory / (name + ".json");
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
