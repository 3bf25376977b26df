#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/duration_histogram.hpp>
#include <ousage/ollama/log/engine_record.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// Bucket bounds in nanoseconds for loading a model, from 100 ms to 10 minutes.
inline constexpr auto load_duration_bounds = detail::milliseconds(std::array<std::int64_t, 12>{
    100, 250, 500, 1'000, 2'500, 5'000, 10'000, 30'000, 60'000, 120'000, 300'000, 600'000});

/// Totals of one model's tasks in the engine.
struct EngineModelTotals {
    std::uint64_t completed = 0;        ///< generations
    std::uint64_t cancelled = 0;        ///< generations whose client closed its connection
    std::uint64_t cached_input = 0;     ///< tokens of prompts from the prompt cache
    std::uint64_t input = 0;            ///< other tokens of prompts
    std::uint64_t completed_output = 0; ///< tokens of completed generations
    std::uint64_t cancelled_output = 0; ///< tokens of cancelled generations
    double input_eval_seconds = 0;      ///< of completed generations
    double output_eval_seconds = 0;     ///< of completed generations
};

/// Totals of the engine's records, by model.
struct EngineTotals {
    /// The maximum number of models. Further models are counted as `unknown`.
    static constexpr std::size_t model_limit = 1000;

    std::map<std::string, EngineModelTotals> models; ///< by name, or `unknown`
    std::uint64_t truncated_inputs = 0;              ///< prompts cut to the context
    DurationHistogram loads{load_duration_bounds};   ///< times of loads

    /// Counts one record. `model` may be empty.
    void add(EngineRecord const& record, std::string const& model) {
        if (record.kind == EngineRecordKind::load) {
            loads.add(record.load_ns.value_or(0));
            return;
        }
        if (record.kind == EngineRecordKind::truncated_input) {
            ++truncated_inputs;
            return;
        }
        auto const is_known =
            !model.empty() && (models.contains(model) || models.size() < model_limit);
        auto& totals = models[is_known ? model : "unknown"];
        auto const is_cancelled = record.kind == EngineRecordKind::cancelled;
        auto const input = record.input_tokens.value_or(0);
        auto const cached = std::min(record.cached_input_tokens.value_or(0), input);
        totals.completed += record.kind == EngineRecordKind::completed ? 1u : 0u;
        totals.cancelled += is_cancelled ? 1u : 0u;
        totals.cached_input += cached;
        totals.input += input - cached;
        (is_cancelled ? totals.cancelled_output : totals.completed_output) +=
            record.output_tokens.value_or(0);
        totals.input_eval_seconds += static_cast<double>(record.input_eval_ns.value_or(0)) / 1e9;
        totals.output_eval_seconds += static_cast<double>(record.output_eval_ns.value_or(0)) / 1e9;
    }
};

} // namespace OUSAGE_NAMESPACE::ollama
