#pragma once

#include <ousage/config.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/ollama/local_api/api.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

/// The cache of one observed server: its connections, and responses that need not be requested
/// again. Owned by the source; used on one thread or strand.
struct LocalApiMemory {
    /// Connections to the server, kept alive between polls.
    io::HttpClient client;

    /// Responses of POST /api/show by name and digest. A digest always identifies the same
    /// contents.
    std::map<std::pair<std::string, std::string>, api::ShowResponse> shown;

    /// Time of the last POST /api/me, and the sign-in link it returned.
    std::optional<std::chrono::steady_clock::time_point> account_asked;
    std::optional<std::string> signin_url;

    /// POST /api/me makes the server contact the cloud: at most once in this time.
    static constexpr auto account_interval = std::chrono::minutes(10);

    /// Maximum size of a response body in bytes: about 13,000 models of /api/tags. Four responses
    /// are received concurrently, so a hostile server uses at most four times this memory.
    static constexpr std::size_t answer_limit = 8 * 1024 * 1024;

    /// An empty cache for the server at `base`.
    explicit LocalApiMemory(io::Url base)
        : client(std::move(base), io::HttpLimits{.body_bytes = answer_limit}) {}
};

} // namespace OUSAGE_NAMESPACE::ollama
