#pragma once

#include <ousage/config.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// The manufacturer of a GPU.
enum class GpuVendor {
    nvidia, ///< read by NVML
    amd,    ///< read from the files of amdgpu
};

/// One GPU of this machine, or one MIG instance of it. Values that the card or the driver lacks are
/// absent.
struct Gpu {
    std::uint32_t index = 0;                         ///< of the card; NVIDIA cards are first
    std::string name;                                ///< product; a MIG instance has its number
    GpuVendor vendor = GpuVendor::nvidia;            ///< see `GpuVendor`
    std::optional<double> utilization_percent;       ///< 0 to 100, of the last second or less
    std::optional<std::uint64_t> memory_used_bytes;  ///< by all processes
    std::optional<std::uint64_t> memory_total_bytes; ///< usable memory
    std::optional<double> power_watts;               ///< of the whole card
    std::optional<double> temperature_celsius;       ///< of the chip
    std::optional<bool> used_by_ollama;              ///< a process of Ollama uses it
};

/// Numbers about all GPUs of this machine. MIG instances are parts of their card and are not added.
struct GpuMetrics {
    std::optional<std::uint64_t> gpu_count;              ///< cards
    std::optional<double> gpu_utilization_percent;       ///< mean over the cards that report it
    std::optional<std::uint64_t> gpu_memory_used_bytes;  ///< sum
    std::optional<std::uint64_t> gpu_memory_total_bytes; ///< sum
    std::optional<double> gpu_power_watts;               ///< sum
};

} // namespace OUSAGE_NAMESPACE::ollama
