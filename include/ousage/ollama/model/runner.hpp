#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// One engine process of this machine's Ollama: a loaded model.
struct Runner {
    std::optional<std::string> model;            ///< its name, if it is known
    std::optional<std::string> digest;           ///< of the model's layer: 64 hexadecimal digits
    std::optional<std::uint16_t> port;           ///< on which the process receives requests
    std::optional<std::uint64_t> context_length; ///< tokens, as the process was started
    std::optional<std::uint64_t> slots;          ///< requests that it can process concurrently
    /// Requests that it is answering. Absent if they cannot be counted.
    std::optional<std::uint64_t> active_requests;
    /// Tokens generated so far by the requests that run, if slots are queried.
    std::optional<std::uint64_t> output_tokens;
    /// Tokens per second since the previous query, of the requests that run.
    std::optional<double> output_tokens_per_second;
};

/// Numbers about the engine processes.
struct RunnerMetrics {
    std::optional<std::uint64_t> runners_total;   ///< engine processes
    std::optional<std::uint64_t> active_requests; ///< sum; absent if no process has it
};

} // namespace OUSAGE_NAMESPACE::ollama
