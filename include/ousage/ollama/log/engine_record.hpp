#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// What an `EngineRecord` is about.
enum class EngineRecordKind : std::uint8_t {
    completed,       ///< a generation that the engine finished
    cancelled,       ///< a generation whose client closed its connection
    embedding,       ///< a task without generated tokens
    truncated_input, ///< a prompt that Ollama cut to the context
    load,            ///< a model was loaded
};

/// A finished task of the engine, a truncated prompt or a load. Values that the log does not
/// contain are absent.
struct EngineRecord {
    /// The index of an unknown model.
    static constexpr std::size_t unknown_model = static_cast<std::size_t>(-1);

    EngineRecordKind kind = EngineRecordKind::completed; ///< determines the other members
    std::size_t model = unknown_model;                   ///< index in `EngineTasks::models`
    std::optional<std::uint64_t> input_tokens;           ///< of the prompt, cached ones included
    std::optional<std::uint64_t> cached_input_tokens;    ///< of these, from the prompt cache
    std::optional<std::uint64_t> output_tokens;          ///< generated
    std::uint64_t evaluated_tokens = 0;                  ///< of the prompt, not cached
    std::optional<std::int64_t> input_eval_ns;           ///< time of these, nanoseconds
    std::optional<std::int64_t> output_eval_ns;          ///< time of generation, nanoseconds
    std::optional<std::int64_t> load_ns;                 ///< time of a load, nanoseconds
};

/// A model that the engine has loaded.
struct EngineModel {
    std::string digest; ///< 64 hexadecimal digits of the model's blob; may be empty
    std::string name;   ///< as in /api/tags; empty if the log does not contain it
};

} // namespace OUSAGE_NAMESPACE::ollama
