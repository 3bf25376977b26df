#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace ousage::ollama {

/// What a request is to Ollama. Inference is a POST on one of Ollama's inference paths.
enum class Route {
    chat,     ///< /api/chat, /v1/chat/completions, /v1/responses, /v1/messages
    generate, ///< /api/generate, /v1/completions
    embed,    ///< /api/embed, /api/embeddings, /v1/embeddings
    other,    ///< everything else, also a GET on one of these paths
};

/// How many routes there are.
inline constexpr std::size_t route_count = 4;

/// The route of a method and a path without its query. Ollama server/routes.go, GenerateRoutes.
constexpr Route route_of(std::string_view method, std::string_view path) noexcept {
    constexpr std::array<std::pair<std::string_view, Route>, 9> paths{{
        {"/api/chat", Route::chat},
        {"/v1/chat/completions", Route::chat},
        {"/v1/responses", Route::chat},
        {"/v1/messages", Route::chat},
        {"/api/generate", Route::generate},
        {"/v1/completions", Route::generate},
        {"/api/embed", Route::embed},
        {"/api/embeddings", Route::embed},
        {"/v1/embeddings", Route::embed},
    }};
    if (method == "POST") {
        for (auto const& [known, route] : paths) {
            if (path == known) {
                return route;
            }
        }
    }
    return Route::other;
}

} // namespace ousage::ollama
