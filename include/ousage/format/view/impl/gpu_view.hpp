#pragma once

#include <ousage/format/text/display_text.hpp>
#include <ousage/format/view/gpu_view.hpp>
#include <ousage/format/view/units.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline constexpr double full_gpu_memory = 0.95;

inline Field memory_field(ollama::Gpu const& gpu, ByteUnit unit) {
    if (!gpu.memory_used_bytes) {
        return {};
    }
    auto const used = static_cast<double>(*gpu.memory_used_bytes);
    auto const total = static_cast<double>(gpu.memory_total_bytes.value_or(0));
    if (!(total > 0)) {
        return make_field(bytes_text(used, unit));
    }
    auto const is_full = used > full_gpu_memory * total;
    return make_field(
        bytes_number(used, unit) + " of " + bytes_text(total, unit),
        is_full ? Severity::warning : Severity::ok);
}

} // namespace detail

OUSAGE_DECL GpuView gpu_view(ollama::Snapshot const& snapshot) {
    auto view = GpuView{};
    std::uint64_t largest = 0;
    for (auto const& gpu : snapshot.gpus) {
        largest = std::max(
            largest,
            std::max(gpu.memory_total_bytes.value_or(0), gpu.memory_used_bytes.value_or(0)));
    }
    auto const unit = byte_unit(static_cast<double>(largest));
    for (auto const& gpu : snapshot.gpus) {
        auto& row = view.rows.emplace_back();
        row.name = std::to_string(gpu.index) + " " + display_text(gpu.name);
        if (gpu.utilization_percent) {
            row.busy = std::clamp(*gpu.utilization_percent / 100, 0.0, 1.0);
            row.utilization = make_field(percent_text(*gpu.utilization_percent) + " busy");
        }
        row.memory = detail::memory_field(gpu, unit);
        if (gpu.power_watts) {
            row.power = make_field(fmt::format(FMT_STRING("{:.0f} W"), *gpu.power_watts));
        }
        if (gpu.temperature_celsius) {
            row.temperature =
                make_field(fmt::format(FMT_STRING("{:.0f} °C"), *gpu.temperature_celsius));
        }
        row.used_by = gpu.used_by_ollama.value_or(false) ? "Ollama" : "";
    }
    return view;
}

} // namespace OUSAGE_NAMESPACE
