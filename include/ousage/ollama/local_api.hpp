#pragma once

#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/http_client.hpp>
#include <ousage/ollama/detail/local_api_parts.hpp>
#include <ousage/ollama/local_api_memory.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ousage::ollama {

/// What the local API brings to a snapshot.
struct LocalApi {
    ServerMetrics server;                    ///< numbers
    std::vector<Model> models;               ///< GET /api/tags, completed from POST /api/show
    std::vector<LoadedModel> loaded_models;  ///< GET /api/ps
    std::optional<std::string> cli_version;  ///< GET /api/version
    std::optional<bool> cloud_disabled;      ///< GET /api/status
    std::optional<std::string> cloud_source; ///< GET /api/status
    std::optional<std::string> signin_url;   ///< POST /api/me, where the server is not signed in
};

namespace detail {

inline asio::awaitable<void>
collect_local_api(std::shared_ptr<LocalApiMemory> memory, Outcome<LocalApi>& into) {
    auto works = std::vector<asio::awaitable<void>>{};
    works.push_back(attempt("version", ask_version(memory->client, into), into));
    works.push_back(attempt("account", ask_account(*memory, into), into));
    works.push_back(attempt("tags", ask_models(*memory, into), into));
    works.push_back(attempt("ps", ask_loaded_models(memory->client, into), into));
    co_await gather(std::move(works));
    unite_failures(into);
}

} // namespace detail

/// The source `local_api`: GET /api/version, /api/status, /api/tags and /api/ps at the same time;
/// POST /api/show where /api/tags lacks capabilities or context length, once per model and digest;
/// POST /api/me at most once in ten minutes and never while the cloud is disabled. The memory is
/// shared by all copies of the source. Every part that fails is named; the rest stands.
inline Source<LocalApi> local_api(std::shared_ptr<LocalApiMemory> memory) {
    auto collect = [memory = std::move(memory)](Outcome<LocalApi>& into) {
        return detail::collect_local_api(memory, into);
    };
    return Source<LocalApi>("local_api", std::move(collect));
}

/// The same for a server's URL, with a fresh memory.
inline Source<LocalApi> local_api(io::Url base) {
    return local_api(std::make_shared<LocalApiMemory>(std::move(base)));
}

} // namespace ousage::ollama
