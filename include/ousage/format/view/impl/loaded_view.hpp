#pragma once

#include <ousage/format/text/display_text.hpp>
#include <ousage/format/view/detail/source_report_of.hpp>
#include <ousage/format/view/loaded_view.hpp>
#include <ousage/format/view/times.hpp>
#include <ousage/format/view/units.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline bool has_gpu(ollama::Snapshot const& snapshot) {
    auto const uses_vram = [](ollama::LoadedModel const& model) {
        return model.size_vram_bytes.value_or(0) > 0;
    };
    return !snapshot.gpus.empty() ||
           std::any_of(snapshot.loaded_models.begin(), snapshot.loaded_models.end(), uses_vram);
}

inline Field processor_field(double cpu_percent, bool has_gpu) {
    if (cpu_percent >= 100) {
        return make_field("100 % CPU", has_gpu ? Severity::warning : Severity::ok);
    }
    return make_field(
        percent_text(100 - cpu_percent) + " GPU",
        cpu_percent > 0 ? Severity::warning : Severity::ok);
}

// The expiry of a model that answers a request is in the past until the request ends.
inline std::string expires_text(std::optional<Timestamp> const& expires, Timestamp const& now) {
    if (!expires) {
        return {};
    }
    auto const text = until_text(*expires, now);
    return text.empty() ? "in use" : text;
}

inline Field vram_field(ollama::Metrics const& metrics) {
    auto const& used = metrics.server.loaded_vram_bytes;
    if (!used) {
        return {};
    }
    auto const bytes = static_cast<double>(*used);
    auto const& total = metrics.gpu.gpu_memory_total_bytes;
    if (!total) {
        return make_field(bytes_text(bytes));
    }
    auto const all = static_cast<double>(*total);
    auto const unit = byte_unit(all);
    return make_field(bytes_number(bytes, unit) + " of " + bytes_text(all, unit));
}

} // namespace detail

OUSAGE_DECL LoadedView loaded_view(ollama::Snapshot const& snapshot, ViewContext const& context) {
    auto view = LoadedView{};
    auto const has_gpu = detail::has_gpu(snapshot);
    std::int64_t largest = 0;
    for (auto const& model : snapshot.loaded_models) {
        largest = std::max(largest, model.size_bytes.value_or(0));
    }
    auto const unit = byte_unit(static_cast<double>(largest));
    for (auto const& model : snapshot.loaded_models) {
        auto& row = view.rows.emplace_back();
        row.name = display_text(model.name);
        if (model.size_bytes) {
            row.size = make_field(bytes_text(static_cast<double>(*model.size_bytes), unit));
        }
        if (model.cpu_percent) {
            row.gpu_share = std::clamp(1 - *model.cpu_percent / 100, 0.0, 1.0);
            row.processor = detail::processor_field(*model.cpu_percent, has_gpu);
        }
        auto const tokens = model.context_length.value_or(0);
        row.context = tokens > 0 ? context_text(static_cast<std::uint64_t>(tokens)) : "";
        row.expires = detail::expires_text(model.expires_at, snapshot.timestamp);
    }
    auto const* const report = detail::source_report_of(snapshot, "local_api");
    if (!view.rows.empty()) {
        view.vram = detail::vram_field(snapshot.metrics);
    } else if (
        report != nullptr && detail::has_responded(report->state) &&
        snapshot.metrics.server.loaded_models == 0u) {
        view.nothing = "Nothing loaded";
        if (context.last_request) {
            view.nothing += "; last request " + ago_text(*context.last_request, snapshot.timestamp);
        }
    }
    return view;
}

} // namespace OUSAGE_NAMESPACE
