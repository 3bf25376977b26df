#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::detail {

// Writes one value of all GPUs, divided by `divisor`.
template <class T>
void write_gpus(
    Observation const& observation, Exposition& into, std::optional<T> ollama::Gpu::* member,
    double divisor = 1) {
    for (auto const& gpu : observation.snapshot->gpus) {
        if (auto const& value = gpu.*member) {
            into.sample(
                {{"gpu", std::to_string(gpu.index)}, {"name", gpu.name}},
                static_cast<double>(*value) / divisor);
        }
    }
}

// Writes the requests that the engines are answering, by model.
inline void write_active_requests(Observation const& observation, Exposition& into) {
    auto by_model = std::map<std::string, std::uint64_t>{};
    for (auto const& runner : observation.snapshot->runners) {
        if (runner.active_requests) {
            by_model[runner.model.value_or("unknown")] += *runner.active_requests;
        }
    }
    for (auto const& [model, requests] : by_model) {
        into.sample({{"model", model}}, requests);
    }
}

/// Metrics of the machine on which the server runs: engine processes and GPUs.
inline constexpr FamilyWriter machine_families[] = {
    {{"ollama_active_requests",
      MetricType::gauge,
      "",
      {"model"},
      "Number of requests that the engine processes of this machine's Ollama are answering."},
     &write_active_requests},
    {{"ollama_gpu_utilization_ratio",
      MetricType::gauge,
      "ratio",
      {"gpu", "name"},
      "Measured utilization of a GPU by all processes; 1 is full."},
     [](Observation const& observation, Exposition& into) {
         write_gpus(observation, into, &ollama::Gpu::utilization_percent, 100);
     }},
    {{"ollama_gpu_memory_used_bytes",
      MetricType::gauge,
      "bytes",
      {"gpu", "name"},
      "Memory of a GPU that is used by all processes."},
     [](Observation const& observation, Exposition& into) {
         write_gpus(observation, into, &ollama::Gpu::memory_used_bytes);
     }},
    {{"ollama_gpu_memory_total_bytes",
      MetricType::gauge,
      "bytes",
      {"gpu", "name"},
      "Memory of a GPU."},
     [](Observation const& observation, Exposition& into) {
         write_gpus(observation, into, &ollama::Gpu::memory_total_bytes);
     }},
    {{"ollama_gpu_power_watts",
      MetricType::gauge,
      "watts",
      {"gpu", "name"},
      "Electrical power of a GPU."},
     [](Observation const& observation, Exposition& into) {
         write_gpus(observation, into, &ollama::Gpu::power_watts);
     }},
    {{"ollama_gpu_temperature_celsius",
      MetricType::gauge,
      "celsius",
      {"gpu", "name"},
      "Temperature of a GPU."},
     [](Observation const& observation, Exposition& into) {
         write_gpus(observation, into, &ollama::Gpu::temperature_celsius);
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
