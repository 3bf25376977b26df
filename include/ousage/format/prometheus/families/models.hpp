#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/subject.hpp>

#include <algorithm>
#include <cstddef>
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

inline void write_model_info(Subject const& subject, Exposition& into) {
    for (auto const* const model : by_name(subject.snapshot->models)) {
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

inline void write_capabilities(Subject const& subject, Exposition& into) {
    for (auto const* const model : by_name(subject.snapshot->models)) {
        auto capabilities = model->capabilities;
        std::sort(capabilities.begin(), capabilities.end());
        capabilities.resize(std::min(capabilities.size(), std::size_t{16}));
        for (auto const& capability : capabilities) {
            into.sample({{"model", model->name}, {"capability", capability}}, 1);
        }
    }
}

inline void write_traffic(
    Subject const& subject, Exposition& into, std::uint64_t ollama::ModelTraffic::* member) {
    if (subject.activity != nullptr) {
        for (auto const& [name, counts] : subject.activity->traffic()) {
            into.counter({{"model", name}}, counts.*member, subject.activity->start());
        }
    }
}

/// Metrics of installed models and of models in memory.
inline constexpr SubjectFamily model_families[] = {
    {{"ollama_model_count", MetricType::gauge, "", {}, "Models that are installed, stubs too."},
     [](Subject const& subject, Exposition& into) {
         write_optional(into, {}, subject.snapshot->metrics.server.models_total);
     }},
    {{"ollama_model_size_bytes",
      MetricType::gauge,
      "bytes",
      {"model"},
      "Size of an installed model on disk."},
     [](Subject const& subject, Exposition& into) {
         write_models(subject.snapshot->models, into, &ollama::Model::size_bytes);
     }},
    {{"ollama_model_info",
      MetricType::info,
      "",
      {"model", "family", "parameter_size", "quantization", "format"},
      "What an installed model is."},
     &write_model_info},
    {{"ollama_model_modified_timestamp_seconds",
      MetricType::gauge,
      "seconds",
      {"model"},
      "When an installed model was last changed."},
     [](Subject const& subject, Exposition& into) {
         write_times(subject.snapshot->models, into, &ollama::Model::modified_at);
     }},
    {{"ollama_model_context_length_max",
      MetricType::gauge,
      "",
      {"model"},
      "The longest context in tokens that an installed model was made for."},
     [](Subject const& subject, Exposition& into) {
         write_models(subject.snapshot->models, into, &ollama::Model::context_length);
     }},
    {{"ollama_model_capability",
      MetricType::gauge,
      "",
      {"model", "capability"},
      "1 for each thing that an installed model can do, such as tools, vision or thinking."},
     &write_capabilities},
    {{"ollama_loaded_models", MetricType::gauge, "", {}, "Models that are in memory."},
     [](Subject const& subject, Exposition& into) {
         write_optional(into, {}, subject.snapshot->metrics.server.loaded_models);
     }},
    {{"ollama_loaded_model_size_bytes",
      MetricType::gauge,
      "bytes",
      {"model"},
      "Memory of a loaded model, of the host and the GPU together."},
     [](Subject const& subject, Exposition& into) {
         write_models(subject.snapshot->loaded_models, into, &ollama::LoadedModel::size_bytes);
     }},
    {{"ollama_loaded_model_vram_bytes",
      MetricType::gauge,
      "bytes",
      {"model"},
      "GPU memory of a loaded model."},
     [](Subject const& subject, Exposition& into) {
         write_models(subject.snapshot->loaded_models, into, &ollama::LoadedModel::size_vram_bytes);
     }},
    {{"ollama_loaded_model_context_length",
      MetricType::gauge,
      "",
      {"model"},
      "The context in tokens that a model was loaded with."},
     [](Subject const& subject, Exposition& into) {
         write_models(subject.snapshot->loaded_models, into, &ollama::LoadedModel::context_length);
     }},
    {{"ollama_loaded_model_expires_timestamp_seconds",
      MetricType::gauge,
      "seconds",
      {"model"},
      "When a loaded model leaves memory if it is not used; in the past during a long request."},
     [](Subject const& subject, Exposition& into) {
         write_times(subject.snapshot->loaded_models, into, &ollama::LoadedModel::expires_at);
     }},
    {{"ollama_model_loads_total",
      MetricType::counter,
      "",
      {"model"},
      "How often a model was in memory that had not been at the poll before."},
     [](Subject const& subject, Exposition& into) {
         write_traffic(subject, into, &ollama::ModelTraffic::loads);
     }},
    {{"ollama_model_unloads_total",
      MetricType::counter,
      "",
      {"model"},
      "How often a model was no longer in memory that had been at the poll before."},
     [](Subject const& subject, Exposition& into) {
         write_traffic(subject, into, &ollama::ModelTraffic::unloads);
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
