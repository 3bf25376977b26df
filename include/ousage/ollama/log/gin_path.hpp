#pragma once

#include <ousage/config.hpp>

#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// A request's path and query, as the original bytes.
struct GinPath {
    std::string path;  ///< up to the first `?`
    std::string query; ///< after it; empty if there is none
};

/// Reverses Go's strconv.Quote and splits at the first `?`. Invalid escapes are copied unchanged.
OUSAGE_DECL GinPath unquote_gin_path(std::string_view quoted);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/gin_path.hpp>
#endif
