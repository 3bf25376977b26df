#pragma once

#include <ousage/config.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// The same values for each of the four windows that end now.
template <class T>
struct Windows {
    static constexpr std::array<std::string_view, 4> key_suffixes{"_today", "_5h", "_1d", "_7d"};
    T today;      ///< [local midnight, now]
    T five_hours; ///< (now - 5 h, now]
    T one_day;    ///< (now - 24 h, now]
    T seven_days; ///< (now - 7 d, now]
};

/// The inference requests of one window. Averages and percentiles are absent if there are none.
struct RequestStatistics {
    std::optional<std::uint64_t> requests;          ///< POSTs to an inference path
    std::optional<std::uint64_t> chat_requests;     ///< of these, chat
    std::optional<std::uint64_t> generate_requests; ///< of these, generate
    std::optional<std::uint64_t> embed_requests;    ///< of these, embed
    std::optional<std::uint64_t> http_4xx;          ///< status 400 to 499
    std::optional<std::uint64_t> http_5xx;          ///< status 500 and above
    std::optional<double> avg_latency_ms;           ///< milliseconds
    std::optional<double> p50_latency_ms;           ///< nearest rank, milliseconds
    std::optional<double> p95_latency_ms;           ///< nearest rank, milliseconds
    std::optional<double> p99_latency_ms;           ///< nearest rank, milliseconds
};

/// The tasks of the inference engine in one window, from its lines in the log. Absent if the log
/// has no such lines.
struct EngineStatistics {
    std::optional<std::uint64_t> generations;           ///< completed
    std::optional<std::uint64_t> cancelled_generations; ///< the client closed its connection
    std::optional<std::uint64_t> input_tokens;          ///< of all tasks, embeddings included
    std::optional<std::uint64_t> cached_input_tokens;   ///< of these, from the prompt cache
    std::optional<std::uint64_t> output_tokens;         ///< of completed and cancelled generations
    std::optional<double> p50_input_eval_ms;            ///< nearest rank, milliseconds
    std::optional<double> p95_input_eval_ms;            ///< nearest rank, milliseconds
    std::optional<double> p99_input_eval_ms;            ///< nearest rank, milliseconds
    std::optional<double> input_tokens_per_second;      ///< evaluated ones, of completed tasks
    std::optional<double> output_tokens_per_second;     ///< of completed tasks
    std::optional<std::uint64_t> truncated_inputs;      ///< prompts cut to the context
    std::optional<std::uint64_t> model_loads;           ///< by the engine
    std::optional<double> avg_model_load_ms;            ///< milliseconds
};

} // namespace OUSAGE_NAMESPACE::ollama
