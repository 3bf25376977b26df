#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/platform/process_table.hpp>
#include <ousage/ollama/model/gpu.hpp>
#include <ousage/ollama/model/ollama_process.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A card and its MIG instances.
struct GpuCard {
    Gpu whole;
    std::vector<Gpu> instances;
};

// What one driver provides.
struct GpuReading {
    std::vector<GpuCard> cards;
    std::optional<std::uint32_t> count; // cards, also those that could not be read
    std::vector<Failure> failures;
    std::string absent; // why there is nothing to read; empty if there is
};

// Returns whether one of the processes belongs to Ollama. Empty if this is unknown because none
// does and some are not visible, such as those of another PID namespace.
inline std::optional<bool>
used_by_ollama(std::span<std::uint32_t const> pids, io::ProcessTable const& table) {
    auto used = std::optional(false);
    for (auto const pid : pids) {
        auto const process = table.at(pid);
        if (process && is_of_ollama(*process, table)) {
            return true;
        }
        if (!process) {
            used.reset();
        }
    }
    return used;
}

// Adds a value to an optional sum.
template <class T>
void add_to(std::optional<T>& sum, std::optional<T> const& value) {
    if (value) {
        sum = sum.value_or(0) + *value;
    }
}

// Adds a card to the numbers about all cards. `utilized` is the number of cards in the mean so far.
inline void add_card(GpuMetrics& metrics, Gpu const& card, double& utilized) {
    metrics.gpu_count = metrics.gpu_count.value_or(0) + 1;
    add_to(metrics.gpu_memory_used_bytes, card.memory_used_bytes);
    add_to(metrics.gpu_memory_total_bytes, card.memory_total_bytes);
    add_to(metrics.gpu_power_watts, card.power_watts);
    if (card.utilization_percent) {
        auto const sum = metrics.gpu_utilization_percent.value_or(0) * utilized;
        metrics.gpu_utilization_percent = (sum + *card.utilization_percent) / (utilized + 1);
        utilized += 1;
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
