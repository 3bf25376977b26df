#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/engine_tally.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>

#include <cstdint>
#include <string>

namespace OUSAGE_NAMESPACE::detail {

// Calls `write(model, totals, start)` for each model of the engine that was not removed.
template <class Write>
void for_each_engine_model(Observation const& observation, Write&& write) {
    if (observation.activity != nullptr) {
        for (auto const& [model, totals] : observation.activity->log().engine.models) {
            if (model == "unknown" || observation.activity->is_present(model)) {
                write(model, totals, observation.activity->start());
            }
        }
    }
}

inline void write_input_tokens(Observation const& observation, Exposition& into) {
    for_each_engine_model(
        observation,
        [&into](std::string const& model, ollama::EngineModelTotals const& totals, double start) {
            into.counter({{"model", model}, {"cached", "false"}}, totals.input, start);
            into.counter({{"model", model}, {"cached", "true"}}, totals.cached_input, start);
        });
}

inline void write_output_tokens(Observation const& observation, Exposition& into) {
    for_each_engine_model(
        observation,
        [&into](std::string const& model, ollama::EngineModelTotals const& totals, double start) {
            into.counter(
                {{"model", model}, {"outcome", "completed"}}, totals.completed_output, start);
            into.counter(
                {{"model", model}, {"outcome", "cancelled"}}, totals.cancelled_output, start);
        });
}

inline void write_generations(Observation const& observation, Exposition& into) {
    for_each_engine_model(
        observation,
        [&into](std::string const& model, ollama::EngineModelTotals const& totals, double start) {
            into.counter({{"model", model}, {"outcome", "completed"}}, totals.completed, start);
            into.counter({{"model", model}, {"outcome", "cancelled"}}, totals.cancelled, start);
        });
}

/// Metrics of the engine's lines in the server's log.
inline constexpr FamilyWriter engine_families[] = {
    {{"ollama_input_tokens_total",
      MetricType::counter,
      "",
      {"model", "cached"},
      "Number of tokens of prompts, from the prompt cache or not, since the exporter started. The "
      "model is unknown unless only one was loaded."},
     &write_input_tokens},
    {{"ollama_output_tokens_total",
      MetricType::counter,
      "",
      {"model", "outcome"},
      "Number of generated tokens since the exporter started, of completed and of cancelled "
      "generations."},
     &write_output_tokens},
    {{"ollama_input_eval_seconds_total",
      MetricType::counter,
      "seconds",
      {"model"},
      "Time in which the engine evaluated prompts of completed generations."},
     [](Observation const& observation, Exposition& into) {
         for_each_engine_model(
             observation,
             [&into](
                 std::string const& model, ollama::EngineModelTotals const& totals, double start) {
                 into.counter({{"model", model}}, totals.input_eval_seconds, start);
             });
     }},
    {{"ollama_output_eval_seconds_total",
      MetricType::counter,
      "seconds",
      {"model"},
      "Time in which the engine generated the tokens of completed generations."},
     [](Observation const& observation, Exposition& into) {
         for_each_engine_model(
             observation,
             [&into](
                 std::string const& model, ollama::EngineModelTotals const& totals, double start) {
                 into.counter({{"model", model}}, totals.output_eval_seconds, start);
             });
     }},
    {{"ollama_truncated_inputs_total",
      MetricType::counter,
      "",
      {},
      "Number of prompts that Ollama cut to the context length since the exporter started."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity != nullptr && observation.activity->has_log()) {
             into.counter(
                 {}, observation.activity->log().engine.truncated_inputs,
                 observation.activity->start());
         }
     }},
    {{"ollama_generations_total",
      MetricType::counter,
      "",
      {"model", "outcome"},
      "Number of generations since the exporter started, completed or cancelled by the client."},
     &write_generations},
    {{"ollama_model_load_seconds",
      MetricType::histogram,
      "seconds",
      {},
      "Time in which the engine loaded a model."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity != nullptr && observation.activity->has_log()) {
             into.histogram(
                 {}, observation.activity->log().engine.loads, observation.activity->start());
         }
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
