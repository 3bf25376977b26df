#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/detail/write_optional.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::detail {

// Limits the output: a hostile server may list any number of models. `ollama_model_count` reports
// the actual number.
inline constexpr std::size_t model_limit = 1'000;

// Sorts by name, so that the output does not depend on the order of the server.
template <class T>
std::vector<T const*> by_name(std::vector<T> const& models) {
    auto sorted = std::vector<T const*>{};
    sorted.reserve(models.size());
    for (auto const& model : models) {
        sorted.push_back(&model);
    }
    // Break ties by address, i.e. original order.
    std::sort(sorted.begin(), sorted.end(), [](T const* left, T const* right) {
        return left->name != right->name ? left->name < right->name : left < right;
    });
    sorted.resize(std::min(sorted.size(), model_limit));
    return sorted;
}

template <class T, class Value>
void write_models(
    std::vector<T> const& models, Exposition& into, std::optional<Value> T::* member) {
    for (auto const* const model : by_name(models)) {
        write_optional(into, {{"model", model->name}}, model->*member);
    }
}

inline double seconds_since_1970(Timestamp const& time) {
    return static_cast<double>(time.at.time_since_epoch().count()) +
           static_cast<double>(time.nanoseconds) / 1e9;
}

template <class T>
void write_times(
    std::vector<T> const& models, Exposition& into, std::optional<Timestamp> T::* member) {
    for (auto const* const model : by_name(models)) {
        if (auto const& time = model->*member) {
            into.sample({{"model", model->name}}, seconds_since_1970(*time));
        }
    }
}

inline void write_model_info(Observation const& observation, Exposition& into) {
    for (auto const* const model : by_name(observation.snapshot->models)) {
        auto const text = [](std::optional<std::string> const& value) {
            return value ? std::string_view(*value) : std::string_view{};
        };
        into.sample(
            {{"model", model->name},
             {"family", text(model->family)},
             {"parameter_size", text(model->parameter_size)},
             {"quantization", text(model->quantization_level)},
             {"format", text(model->format)}},
            1);
    }
}

inline void write_capabilities(Observation const& observation, Exposition& into) {
    for (auto const* const model : by_name(observation.snapshot->models)) {
        auto capabilities = model->capabilities;
        std::sort(capabilities.begin(), capabilities.end());
        capabilities.resize(std::min(capabilities.size(), std::size_t{16}));
        for (auto const& capability : capabilities) {
            into.sample({{"model", model->name}, {"capability", capability}}, 1);
        }
    }
}

inline void write_traffic(
    Observation const& observation, Exposition& into,
    std::uint64_t ollama::ModelTraffic::* member) {
    if (observation.activity != nullptr) {
        std::size_t written = 0;
        for (auto const& [name, counts] : observation.activity->traffic()) {
            if (written++ == model_limit) {
                break;
            }
            into.counter({{"model", name}}, counts.*member, observation.activity->start());
        }
    }
}

/// Metrics of installed models and of models in memory.
inline constexpr FamilyWriter model_families[] = {
    {{"ollama_model_count",
      MetricType::gauge,
      "",
      {},
      "Number of installed models, including stubs of cloud models."},
     [](Observation const& observation, Exposition& into) {
         write_optional(into, {}, observation.snapshot->metrics.server.models_total);
     }},
    {{"ollama_model_size_bytes",
      MetricType::gauge,
      "bytes",
      {"model"},
      "Size of an installed model on disk."},
     [](Observation const& observation, Exposition& into) {
         write_models(observation.snapshot->models, into, &ollama::Model::size_bytes);
     }},
    {{"ollama_model_info",
      MetricType::info,
      "",
      {"model", "family", "parameter_size", "quantization", "format"},
      "Properties of an installed model."},
     &write_model_info},
    {{"ollama_model_modified_timestamp_seconds",
      MetricType::gauge,
      "seconds",
      {"model"},
      "Time at which an installed model was last modified, in seconds since 1970."},
     [](Observation const& observation, Exposition& into) {
         write_times(observation.snapshot->models, into, &ollama::Model::modified_at);
     }},
    {{"ollama_model_context_length_max",
      MetricType::gauge,
      "",
      {"model"},
      "Maximum context length of an installed model in tokens."},
     [](Observation const& observation, Exposition& into) {
         write_models(observation.snapshot->models, into, &ollama::Model::context_length);
     }},
    {{"ollama_model_capability",
      MetricType::gauge,
      "",
      {"model", "capability"},
      "Capabilities of an installed model, such as tools, vision or thinking; always 1."},
     &write_capabilities},
    {{"ollama_loaded_models", MetricType::gauge, "", {}, "Number of models in memory."},
     [](Observation const& observation, Exposition& into) {
         write_optional(into, {}, observation.snapshot->metrics.server.loaded_models);
     }},
    {{"ollama_loaded_model_size_bytes",
      MetricType::gauge,
      "bytes",
      {"model"},
      "Memory used by a loaded model, host and GPU memory combined."},
     [](Observation const& observation, Exposition& into) {
         write_models(observation.snapshot->loaded_models, into, &ollama::LoadedModel::size_bytes);
     }},
    {{"ollama_loaded_model_vram_bytes",
      MetricType::gauge,
      "bytes",
      {"model"},
      "GPU memory used by a loaded model."},
     [](Observation const& observation, Exposition& into) {
         write_models(
             observation.snapshot->loaded_models, into, &ollama::LoadedModel::size_vram_bytes);
     }},
    {{"ollama_loaded_model_context_length",
      MetricType::gauge,
      "",
      {"model"},
      "Context length of a loaded model in tokens."},
     [](Observation const& observation, Exposition& into) {
         write_models(
             observation.snapshot->loaded_models, into, &ollama::LoadedModel::context_length);
     }},
    {{"ollama_loaded_model_expires_timestamp_seconds",
      MetricType::gauge,
      "seconds",
      {"model"},
      "Time at which a loaded model is unloaded if unused, in seconds since 1970. In the past "
      "during a long request."},
     [](Observation const& observation, Exposition& into) {
         write_times(observation.snapshot->loaded_models, into, &ollama::LoadedModel::expires_at);
     }},
    {{"ollama_model_loads_total",
      MetricType::counter,
      "",
      {"model"},
      "Number of polls since the exporter started at which a model was in memory but not at the "
      "previous poll."},
     [](Observation const& observation, Exposition& into) {
         write_traffic(observation, into, &ollama::ModelTraffic::loads);
     }},
    {{"ollama_model_unloads_total",
      MetricType::counter,
      "",
      {"model"},
      "Number of polls since the exporter started at which a model was not in memory but was at "
      "the previous poll."},
     [](Observation const& observation, Exposition& into) {
         write_traffic(observation, into, &ollama::ModelTraffic::unloads);
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
