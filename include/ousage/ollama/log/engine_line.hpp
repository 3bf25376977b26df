#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// What a line of the inference engine, or of Ollama about the engine, reports.
enum class EngineEvent : std::uint8_t {
    task_started,      ///< `processing task`: a slot starts a task
    prompt,            ///< `new prompt`: `tokens` of the prompt
    cached,            ///< `cached n_tokens`: `tokens` of the prompt that the cache contains
    timing_header,     ///< `print_timing` alone: timing lines without a prefix follow
    input_eval,        ///< `prompt eval time`: `tokens` evaluated in `duration_ns`
    output_eval,       ///< `eval time`: `tokens` generated in `duration_ns`
    total,             ///< `total time`: `tokens` in `duration_ns`
    cancelled,         ///< `cancel task`: the client has closed its connection
    released,          ///< `stop processing`: `tokens` in the slot; `truncated` if it overflowed
    input_truncated,   ///< `truncating input prompt`: `tokens` cut to `limit`
    engine_starting,   ///< `starting llama-server`: `text` is the digest of the model's blob
    model_loading,     ///< `loading model via llama-server`: `text` is the digest
    engine_started,    ///< `llama-server started in`: `duration_ns`; printed twice per load
    template_selected, ///< `template selection`: `text` is the model's full name
    runners_loaded,    ///< `loaded runners`: `tokens` is the number of runners
    compute_found,     ///< `inference compute`: `text` is the library, such as `cuda` or `cpu`
    layers_offloaded,  ///< `offloaded N/M layers`: `tokens` is N, `limit` is M
    server_started,    ///< `Listening on`: Ollama itself has started
};

/// One line of the engine. Members that the event does not list keep their initial values.
struct EngineLine {
    EngineEvent event = EngineEvent::task_started; ///< determines the other members
    std::int64_t slot = -1;       ///< of a `slot` line; -1 if the line does not contain it
    std::int64_t task = -1;       ///< number of the task; -1 if the line does not contain it
    std::uint64_t tokens = 0;     ///< see `EngineEvent`
    std::uint64_t limit = 0;      ///< see `EngineEvent`
    std::int64_t duration_ns = 0; ///< nanoseconds
    bool truncated = false;       ///< the generation overflowed the context
    std::string_view text;        ///< view into the line; may be empty
};

/// Parses a line of llama-server or of Ollama about it, passed without its newline. Any text may
/// precede it (journald's prefix, docker's, progress dots, a line that another writer has cut): the
/// first complete occurrence is used. A number is used only if the text after it shows that it is
/// complete. Lines of tasks with negative numbers belong to no request and are ignored. Accepts any
/// bytes, allocates nothing and throws nothing. Returns an empty optional for any other line.
OUSAGE_DECL std::optional<EngineLine> parse_engine_line(std::string_view line) noexcept;

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/engine_line.hpp>
#endif
