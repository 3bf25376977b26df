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

/// What one observed server is remembered by: its connections, and the answers that need not be
/// asked again. Owned by the source; used on one thread or strand.
struct LocalApiMemory {
    /// The connections to the server, kept alive between polls.
    io::HttpClient client;

    /// Answers of POST /api/show by name and digest: a digest never changes what it names.
    std::map<std::pair<std::string, std::string>, api::ShowResponse> shown;

    /// The format of each model of the last GET /api/tags by its name, such as `gguf`.
    std::map<std::string, std::string> formats;

    /// When POST /api/me was last asked, and the link it gave.
    std::optional<std::chrono::steady_clock::time_point> account_asked;
    std::optional<std::string> signin_url;

    /// POST /api/me makes the server call out: at most once in this time.
    static constexpr auto account_interval = std::chrono::minutes(10);

    /// The largest answer in bytes that is held: some thirteen thousand models of /api/tags. Four
    /// answers come in at the same time, so that a hostile server costs four times this at most.
    static constexpr std::size_t answer_limit = 8 * 1024 * 1024;

    /// A memory of the server at that URL, empty.
    explicit LocalApiMemory(io::Url base)
        : client(std::move(base), io::HttpLimits{.body_bytes = answer_limit}) {}
};

} // namespace OUSAGE_NAMESPACE::ollama
