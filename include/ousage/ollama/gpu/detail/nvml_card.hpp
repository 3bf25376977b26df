#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/ollama/gpu/detail/gpu_reading.hpp>
#include <ousage/ollama/gpu/detail/nvml.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads the values of one device, which is a card or a MIG instance. A value that the device, its
// driver or the library lacks is absent. Every other error is a failure of the card, named once.
class NvmlCard {
public:
    NvmlCard(Nvml const& nvml, io::ProcessTable const& processes, std::uint32_t index)
        : nvml_(nvml), processes_(processes), index_(index) {}

    GpuCard read(NvmlDevice device) {
        auto card = GpuCard{};
        card.whole = read_device(device);
        unsigned current = 0;
        unsigned pending = 0;
        if (succeeds("MIG mode", call_nvml(nvml_.mig_mode, device, &current, &pending)) &&
            current == 1) {
            read_instances(device, card);
        }
        return card;
    }

    // What failed, if anything.
    std::optional<Failure> const& failure() const { return failure_; }

    // Whether a call failed because the card was lost.
    bool is_lost() const { return is_lost_; }

private:
    static constexpr unsigned instance_limit = 64;
    static constexpr unsigned process_limit = 65'536;

    // Returns true if a call succeeded. Reports a result that does not mean `not available`.
    bool succeeds(char const* what, int result) {
        switch (result) {
        case nvml_success: return true;
        case nvml_invalid_argument:
        case nvml_not_supported:
        case nvml_no_permission:
        case nvml_not_found:
        case nvml_function_not_found:
        case nvml_argument_version_mismatch:
        case nvml_deprecated: return false;
        default: break;
        }
        is_lost_ = is_lost_ || means_lost(result);
        if (!failure_) {
            auto part = "nvidia." + std::to_string(index_);
            auto text = what + (": " + nvml_.text_of(result));
            failure_ = Failure{std::move(part), make_error_code(Errc::receive), std::move(text)};
        }
        return false;
    }

    Gpu read_device(NvmlDevice device) {
        auto gpu = Gpu{};
        gpu.index = index_;
        gpu.name = name_of(device);
        auto rates = NvmlUtilization{};
        if (succeeds("utilization", call_nvml(nvml_.utilization, device, &rates)) &&
            rates.gpu <= 100) {
            gpu.utilization_percent = rates.gpu;
        }
        read_memory(device, gpu);
        unsigned milliwatts = 0;
        if (succeeds("power", call_nvml(nvml_.power, device, &milliwatts))) {
            gpu.power_watts = milliwatts / 1e3;
        }
        gpu.temperature_celsius = temperature_of(device);
        gpu.used_by_ollama = users_of(device);
        return gpu;
    }

    std::string name_of(NvmlDevice device) {
        char name[96] = {};
        if (!succeeds("name", call_nvml(nvml_.name, device, name, unsigned{sizeof name}))) {
            return "NVIDIA GPU";
        }
        name[sizeof name - 1] = '\0';
        return name;
    }

    // The older form counts memory that the driver reserves as used.
    void read_memory(NvmlDevice device, Gpu& gpu) {
        auto newer = NvmlMemoryV2{};
        newer.version = nvml_version<NvmlMemoryV2>(2);
        auto older = NvmlMemory{};
        if (succeeds("memory", call_nvml(nvml_.memory_v2, device, &newer))) {
            gpu.memory_used_bytes = newer.used;
            gpu.memory_total_bytes = newer.total;
        } else if (succeeds("memory", call_nvml(nvml_.memory, device, &older))) {
            gpu.memory_used_bytes = older.used;
            gpu.memory_total_bytes = older.total;
        }
    }

    std::optional<double> temperature_of(NvmlDevice device) {
        auto newer = NvmlTemperatureV1{};
        newer.version = nvml_version<NvmlTemperatureV1>(1);
        if (succeeds("temperature", call_nvml(nvml_.temperature_v1, device, &newer))) {
            return newer.temperature;
        }
        unsigned older = 0;
        auto const sensor = 0; // of the chip
        return succeeds("temperature", call_nvml(nvml_.temperature, device, sensor, &older))
                   ? std::optional(static_cast<double>(older))
                   : std::nullopt;
    }

    // Appends the process ids of one list. Returns false if the driver does not provide it. The
    // list may grow between two calls.
    template <class Process>
    bool list(
        int (*function)(NvmlDevice, unsigned*, Process*), NvmlDevice device,
        std::vector<std::uint32_t>& into) {
        auto entries = std::vector<Process>(64);
        for (;;) {
            auto count = static_cast<unsigned>(entries.size());
            auto const result = call_nvml(function, device, &count, entries.data());
            if (result == nvml_insufficient_size && entries.size() < process_limit) {
                entries.resize(entries.size() * 4);
                continue;
            }
            if (!succeeds("processes", result)) {
                return false;
            }
            entries.resize(std::min(entries.size(), std::size_t{count}));
            for (auto const& entry : entries) {
                into.push_back(entry.pid);
            }
            return true;
        }
    }

    // CUDA is a compute process, Vulkan a graphics process.
    std::optional<bool> users_of(NvmlDevice device) {
        auto pids = std::vector<std::uint32_t>{};
        auto const has_compute =
            list(nvml_.compute_v2, device, pids) || list(nvml_.compute, device, pids);
        auto const has_graphics =
            list(nvml_.graphics_v2, device, pids) || list(nvml_.graphics, device, pids);
        // In a container, the driver lists no process.
        if (pids.empty() && !processes_.is_initial_namespace()) {
            return std::nullopt;
        }
        auto const used = detail::used_by_ollama(pids, processes_);
        return used == true || has_compute || has_graphics ? used : std::nullopt;
    }

    void read_instances(NvmlDevice device, GpuCard& card) {
        unsigned count = 0;
        if (!succeeds("MIG instances", call_nvml(nvml_.mig_count, device, &count))) {
            return;
        }
        for (unsigned number = 0; number < std::min(count, instance_limit); ++number) {
            NvmlDevice instance = nullptr;
            if (!succeeds("MIG instance", call_nvml(nvml_.mig_handle, device, number, &instance))) {
                continue;
            }
            card.instances.push_back(read_device(instance));
            auto& gpu = card.instances.back();
            gpu.name += instance_suffix(instance, number);
            if (gpu.used_by_ollama == true) {
                card.whole.used_by_ollama = true;
            }
        }
    }

    // Instances of one size have one name. Their numbers are those of `nvidia-smi mig -lci`.
    std::string instance_suffix(NvmlDevice device, unsigned number) {
        auto id = number;
        if (!succeeds("MIG instance", call_nvml(nvml_.gpu_instance, device, &id))) {
            return " MIG device " + std::to_string(number);
        }
        auto text = " GPU instance " + std::to_string(id);
        if (succeeds("MIG instance", call_nvml(nvml_.compute_instance, device, &id))) {
            text += " compute instance " + std::to_string(id);
        }
        return text;
    }

    Nvml const& nvml_;
    io::ProcessTable const& processes_;
    std::uint32_t index_;
    std::optional<Failure> failure_;
    bool is_lost_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
