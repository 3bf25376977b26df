#pragma once

#include <ousage/config.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

/// The kind of a request. Inference is a POST to one of Ollama's inference paths.
enum class Route {
    chat,     ///< /api/chat, /v1/chat/completions, /v1/responses, /v1/messages
    generate, ///< /api/generate, /v1/completions
    embed,    ///< /api/embed, /api/embeddings, /v1/embeddings
    other,    ///< everything else, including a GET on one of these paths
};

/// The number of routes.
inline constexpr std::size_t route_count = 4;

namespace detail {

inline constexpr std::array<std::pair<std::string_view, Route>, 9> inference_paths{{
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

// Returns eight bytes of a path as a number.
constexpr std::uint64_t word_at(std::string_view path, std::size_t index) noexcept {
    std::uint64_t word = 0;
    if (std::is_constant_evaluated()) {
        for (std::size_t byte = 0; byte < 8; ++byte) {
            auto const shift = std::endian::native == std::endian::little ? byte : 7 - byte;
            word |= std::uint64_t{static_cast<unsigned char>(path[index + byte])} << 8 * shift;
        }
    } else {
        __builtin_memcpy(&word, path.data() + index, sizeof(word));
    }
    return word;
}

// A path of 9 to 20 bytes. Its first, middle and last eight bytes cover all of it.
struct PathWords {
    std::uint64_t first = 0, middle = 0, last = 0;
    Route route = Route::other;

    static constexpr PathWords of(std::string_view path) noexcept {
        return {
            word_at(path, 0), word_at(path, path.size() / 2 - 4), word_at(path, path.size() - 8),
            Route::other};
    }
};

// Returns the index of a path in the table, derived from its length and from `v` or `a` after the
// slash.
constexpr std::size_t table_index(std::string_view path) noexcept {
    return path.size() * 2 + (path[1] == 'v' ? 1 : 0);
}

inline constexpr auto inference_table = [] {
    auto table = std::array<PathWords, 42>{};
    for (auto const& [path, route] : inference_paths) {
        table[table_index(path)] = PathWords::of(path);
        table[table_index(path)].route = route;
    }
    return table;
}();

// Does not branch on the content of the path, because it is called for every line of a log, in
// unpredictable order.
constexpr Route inference_route(std::string_view path) noexcept {
    if (path.size() < 9 || path.size() > 20) {
        return Route::other;
    }
    auto const& known = inference_table[table_index(path)];
    auto const words = PathWords::of(path);
    auto const difference =
        (words.first ^ known.first) | (words.middle ^ known.middle) | (words.last ^ known.last);
    return difference == 0 ? known.route : Route::other;
}

constexpr bool is_post(std::string_view method) noexcept {
    return method.size() == 4 && method[0] == 'P' && method[1] == 'O' && method[2] == 'S' &&
           method[3] == 'T';
}

} // namespace detail

/// Returns the route of a method and a path without its query. See GenerateRoutes in Ollama's
/// server/routes.go.
constexpr Route route_of(std::string_view method, std::string_view path) noexcept {
    return detail::is_post(method) ? detail::inference_route(path) : Route::other;
}

/// Returns the route of an access line. `quoted_path` is the path as Gin quoted it, with the query.
constexpr Route route_of_quoted(std::string_view method, std::string_view quoted_path) noexcept {
    auto const route = route_of(method, quoted_path);
    if (route != Route::other) {
        return route;
    }
    // Gin escapes no character of these paths, and the longest of them has 20.
    auto const query = quoted_path.substr(0, 21).find('?');
    return query == quoted_path.npos ? Route::other
                                     : route_of(method, quoted_path.substr(0, query));
}

} // namespace OUSAGE_NAMESPACE::ollama
