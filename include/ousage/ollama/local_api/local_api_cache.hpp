#pragma once

#include <ousage/config.hpp>
#include <ousage/core/clock.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/model/server_json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Name and digest of a model.
using ModelKey = std::pair<std::string, std::string>;

/// The values of one response of POST /api/show.
struct ShownModel {
    std::optional<std::int64_t> parameter_count; ///< as in the model file
    std::optional<std::int64_t> context_length;  ///< tokens: the model's maximum
    std::vector<std::string> capabilities;       ///< `completion`, `tools`, …
    std::optional<std::string> blob;             ///< digest of the model's blob
};

/// The cache of one observed server: its connections, and responses that need not be requested
/// again. Owned by the source, whose copies may run in several io_contexts on different threads.
struct LocalApiCache {
    /// Connections to the server, kept alive between polls.
    io::HttpClient client;

    /// The credentials that the client sends, so that no output repeats them. Set before the first
    /// collection.
    std::vector<Secret> secrets;

    /// Directory of the state that runs share: the time of the last POST /api/me, and the values
    /// from POST /api/show. Empty: nothing is stored. Set before the first collection.
    std::optional<std::filesystem::path> state_directory;

    /// server.json of this machine. If the server does not report whether the cloud is disabled,
    /// the file decides on POST /api/me. Empty: no file. Set before the first collection.
    std::optional<Source<ServerJson>> server_json;

    /// Send GET requests alone: neither POST /api/me nor POST /api/show. The sign-in link and
    /// details that GET /api/tags lacks are then absent. Set before the first collection.
    bool get_only = false;

    /// Returns whether a collection requests more than GET /api/ps. If it returns false, the other
    /// values and failures are those of the last collection, unless GET /api/ps fails or failed,
    /// or a part had no time. Empty: always. Set before the first collection.
    std::function<bool()> rest_due;

    /// The clock of the state that runs share. Set before the first collection.
    Now clock = &system_now;

    /// Protects the members below. Never held during a request.
    std::mutex mutex;

    /// Values from POST /api/show of the models that the last GET /api/tags listed. A digest always
    /// identifies the same contents.
    std::map<ModelKey, ShownModel> shown;

    /// Time of the last POST /api/me, and the sign-in link it returned.
    std::optional<std::chrono::steady_clock::time_point> account_requested;
    std::optional<std::string> signin_url;

    /// Values and failures of the last collection without those of GET /api/ps, if `rest_due` is
    /// set.
    struct Rest {
        LocalApi value;
        std::vector<Failure> failures;
    };

    std::optional<Rest> rest;

    /// POST /api/me makes the server contact the cloud: at most once in this time.
    static constexpr auto account_interval = std::chrono::minutes(10);

    /// Maximum size of a response body in bytes: about 13,000 models of /api/tags. Four responses
    /// are received concurrently, so a hostile server uses at most four times this memory.
    static constexpr std::size_t response_limit = 8 * 1024 * 1024;

    /// Maximum size in bytes of a response of POST /api/show.
    static constexpr std::size_t show_limit = 1024 * 1024;

    /// Maximum size in bytes of a response that contains a few values only.
    static constexpr std::size_t small_limit = 64 * 1024;

    /// Maximum number of concurrent requests, and so of concurrent POST /api/show.
    static constexpr std::size_t parallel = 4;

    /// An empty cache for the server at `base`.
    explicit LocalApiCache(io::Url base)
        : client(std::move(base), io::HttpLimits{.body_bytes = response_limit}, parallel) {}
};

} // namespace OUSAGE_NAMESPACE::ollama
