#pragma once

#include <ousage/format/text/display_text.hpp>
#include <ousage/format/view/model_view.hpp>
#include <ousage/format/view/times.hpp>
#include <ousage/format/view/units.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline constexpr std::size_t models_shown = 20;

// Every model has the capability `completion`, so it is left out.
inline std::string capabilities_text(std::vector<std::string> const& capabilities) {
    auto text = std::string{};
    for (auto const& capability : capabilities) {
        if (capability != "completion") {
            text += (text.empty() ? "" : ", ") + display_text(capability);
        }
    }
    return text;
}

inline ModelRow model_row(ollama::Model const& model, ByteUnit unit, Timestamp const& now) {
    auto row = ModelRow{};
    row.name = display_text(model.name);
    if (model.location == ollama::Location::cloud) {
        row.size = make_field("cloud");
    } else if (model.size_bytes) {
        row.size = make_field(bytes_text(static_cast<double>(*model.size_bytes), unit));
    }
    row.parameters = display_text(model.parameter_size.value_or(""));
    row.quantization = display_text(model.quantization_level.value_or(""));
    auto const tokens = model.context_length.value_or(0);
    row.context = tokens > 0 ? context_text(static_cast<std::uint64_t>(tokens)) : "";
    row.capabilities = capabilities_text(model.capabilities);
    row.modified = model.modified_at ? ago_text(model.modified_at->at, now) : "";
    return row;
}

} // namespace detail

OUSAGE_DECL ModelView model_view(ollama::Snapshot const& snapshot) {
    auto view = ModelView{};
    auto const& models = snapshot.models;
    auto const shown = std::min(models.size(), detail::models_shown);
    std::int64_t largest = 0;
    for (std::size_t index = 0; index < shown; ++index) {
        largest = std::max(largest, models[index].size_bytes.value_or(0));
    }
    auto const unit = byte_unit(static_cast<double>(largest));
    for (std::size_t index = 0; index < shown; ++index) {
        view.rows.push_back(detail::model_row(models[index], unit, snapshot.timestamp));
    }
    if (models.size() > shown) {
        view.more = count_text(models.size() - shown) + " more";
    }
    if (auto const& bytes = snapshot.metrics.server.model_storage_bytes) {
        view.storage = bytes_text(static_cast<double>(*bytes));
    }
    return view;
}

} // namespace OUSAGE_NAMESPACE
