#pragma once

#include <ousage/core/error.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/io/http_client.hpp>
#include <ousage/ollama/cloud_answer.hpp>
#include <ousage/ollama/environment.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace ousage::ollama {

/// The clock of the cloud's rounds, in milliseconds: not that of the windows, which `--now` sets.
using CloudClock = std::function<std::chrono::sys_time<std::chrono::milliseconds>()>;

/// The system's clock.
inline std::chrono::sys_time<std::chrono::milliseconds> system_milliseconds() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// How one account's cloud is asked.
struct CloudAccess {
    io::Url base{"https", "ollama.com", "443", ""};        ///< the cloud
    std::string key_variable = "OLLAMA_API_KEY";           ///< holds the key; read at each round
    std::string cookie_variable = "OLLAMA_SESSION_COOKIE"; ///< holds the cookie of the web page
    Environment environment = &process_environment;        ///< where those variables are
    std::optional<std::filesystem::path> state_folder; ///< shared by runs; none: nothing is kept
    CloudClock clock = &system_milliseconds;           ///< of the rounds
    std::function<double()> random;                    ///< 0 to 1, for jitter; empty: a device
};

/// A failure as it is kept: the code by its name.
struct KeptFailure {
    std::string part;            ///< of the source
    Errc code = Errc::exception; ///< its stage
    std::string text;            ///< for people
};

/// The last round of questions to the cloud, and what is known since. It holds no secret.
struct CloudRound {
    std::int64_t asked_ms = 0;         ///< when it began, milliseconds since 1970
    std::int64_t wait_until_ms = 0;    ///< the cloud is not asked before
    std::int64_t answered_ms = 0;      ///< when `value` came; 0: there is none
    std::uint32_t mark = 0;            ///< 16 bits of a hash of the key: tells a change of key
    Cloud value;                       ///< the last answers
    std::vector<KeptFailure> failures; ///< of the last round
};

/// What one account's cloud is remembered by: its connections and the last round. Owned by the
/// source, shared by its copies; used on one thread or strand.
struct CloudMemory {
    /// The cloud is asked at most once in this time (docs/api/balance.mdx: ten requests a minute,
    /// shared by all devices of an account).
    static constexpr auto interval = std::chrono::milliseconds(std::chrono::minutes(1));

    /// The largest answer in bytes that is held.
    static constexpr std::size_t answer_limit = 8 * 1024 * 1024;

    CloudAccess access;             ///< how it is asked
    io::HttpClient client;          ///< the connections, kept alive between rounds
    std::optional<CloudRound> last; ///< none before the first round

    /// A memory of that cloud, empty.
    explicit CloudMemory(CloudAccess how)
        : access(std::move(how)),
          client(access.base, io::HttpLimits{.body_bytes = answer_limit}, 6) {}
};

} // namespace ousage::ollama
