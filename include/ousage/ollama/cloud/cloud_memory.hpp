#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/ollama/cloud/cloud_answer.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>
#include <ousage/ollama/model/environment.hpp>

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

namespace OUSAGE_NAMESPACE::ollama {

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

} // namespace OUSAGE_NAMESPACE::ollama
