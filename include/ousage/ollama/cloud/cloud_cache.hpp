#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/ollama/cloud/cloud_access.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// A stored failure, with the code by name.
struct StoredFailure {
    std::string part;            ///< part of the source
    Errc code = Errc::exception; ///< kind of the failure
    std::string text;            ///< message for people
};

/// The last round of requests and the values received so far. Contains no secret.
struct CloudRound {
    std::int64_t started_ms = 0;         ///< start of the round, milliseconds since 1970
    std::int64_t wait_until_ms = 0;      ///< no request before this time
    std::int64_t received_ms = 0;        ///< time of `value`; 0 if there is none
    std::int64_t received_now = 0;       ///< the clock of the windows then, seconds since 1970
    std::uint32_t credentials_hash = 0;  ///< 16 bits of a hash of key and cookie; detects a change
    Cloud value;                         ///< the last values
    std::vector<StoredFailure> failures; ///< failures of the last round
};

/// The cache of one account's cloud: its connections and the last round. Owned by the source, whose
/// copies may run in several io_contexts on different threads. At most one round runs: only the
/// collection that started it changes the members below.
struct CloudCache {
    /// Minimum time between two rounds (docs/api/balance.mdx: ten requests a minute, shared by all
    /// devices of an account).
    static constexpr auto interval = std::chrono::milliseconds(std::chrono::minutes(1));

    /// Maximum size of a response body in bytes.
    static constexpr std::size_t response_limit = 8 * 1024 * 1024;

    CloudAccess access;    ///< how to access the cloud; its functions may be called on any thread
    io::HttpClient client; ///< connections, kept alive between rounds

    /// Protects the members below. Never held during a request or an access to a file.
    std::mutex mutex;

    std::optional<CloudRound> last; ///< none before the first round
    bool is_running = false;        ///< a collection has started a round and not ended it

    /// An empty cache for that cloud.
    explicit CloudCache(CloudAccess how)
        : access(std::move(how)),
          client(access.base, io::HttpLimits{.body_bytes = response_limit}, 6) {}
};

} // namespace OUSAGE_NAMESPACE::ollama
