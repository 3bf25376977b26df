#pragma once

#include <ousage/config.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The part of the file name of a blob before its digest.
inline constexpr std::string_view blob_prefix = "sha256-";

// Returns whether a text is a digest: 64 lower-case hexadecimal digits.
inline bool is_digest(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// Returns the digest in the path of a blob, `…/blobs/sha256-<64 hexadecimal digits>`.
inline std::optional<std::string> digest_of_blob(std::string_view path) {
    auto name = path.substr(path.find_last_of("/\\") + 1);
    if (!name.starts_with(blob_prefix)) {
        return std::nullopt;
    }
    name.remove_prefix(blob_prefix.size());
    return is_digest(name) ? std::optional(std::string(name)) : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
