#pragma once

#include <ousage/config.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/local_api/api.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/parameter_size.hpp>
#include <ousage/ollama/model/cloud_name.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/model/model.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

inline std::optional<std::string> unless_empty(std::optional<std::string> text) {
    return text && !text->empty() ? std::move(text) : std::nullopt;
}

inline std::optional<std::int64_t> unless_negative(std::optional<std::int64_t> number) {
    return number && *number >= 0 ? number : std::nullopt;
}

// Sizes and context lengths: 0 means unknown.
inline std::optional<std::int64_t> if_positive(std::optional<std::int64_t> number) {
    return number && *number > 0 ? number : std::nullopt;
}

// Go writes a time without a value as the first second of year 1, in any offset.
inline std::optional<Timestamp> unless_zero(std::optional<Timestamp> const& time) {
    constexpr auto third_day = std::chrono::sys_days(std::chrono::year(1) / 1 / 3);
    return time && time->at >= third_day ? time : std::nullopt;
}

// Keeps the capabilities that Ollama could have: few and short. Bounds the memory of a cache.
inline std::vector<std::string> known_capabilities(std::vector<std::string> all) {
    std::erase_if(all, [](auto const& one) { return one.empty() || one.size() > 64; });
    all.resize(std::min(all.size(), std::size_t{32}));
    return all;
}

inline ModelKey key_of(Model const& model) {
    return {model.name, model.digest.value_or("")};
}

inline Model model_from(api::ListModel const& from) {
    auto model = Model{};
    model.name = from.name;
    model.family = unless_empty(from.details.family);
    model.format = unless_empty(from.details.format);
    model.parameter_size = unless_empty(from.details.parameter_size);
    model.quantization_level = unless_empty(from.details.quantization_level);
    model.size_bytes = if_positive(from.size);
    model.digest = unless_empty(from.digest);
    model.modified_at = unless_zero(from.modified_at);
    model.remote_model = unless_empty(from.remote_model);
    model.remote_host = unless_empty(from.remote_host);
    auto const cloud = model.remote_host || is_cloud_name(from.name);
    model.location = cloud ? Location::cloud : Location::local;
    model.capabilities = known_capabilities(from.capabilities);
    model.context_length = if_positive(from.details.context_length);
    return model;
}

inline ShownModel shown_model_from(api::ShowResponse const& from) {
    auto model = ShownModel{};
    model.parameter_count = if_positive(from.model_info.parameter_count);
    model.context_length = if_positive(from.model_info.context_length);
    model.capabilities = known_capabilities(from.capabilities);
    model.blob = from.modelfile.digest;
    return model;
}

// Fills in values missing in /api/tags from POST /api/show.
inline void complete(Model& model, ShownModel const& shown) {
    if (model.capabilities.empty()) {
        model.capabilities = shown.capabilities;
    }
    if (!model.context_length) {
        model.context_length = shown.context_length;
    }
}

inline LoadedModel loaded_model_from(api::ProcessModel const& from) {
    auto model = LoadedModel{};
    model.name = from.name;
    model.size_bytes = if_positive(from.size);
    // 0 of a known size means that the model is in host memory; else it means unknown.
    model.size_vram_bytes =
        model.size_bytes ? unless_negative(from.size_vram) : if_positive(from.size_vram);
    model.context_length = if_positive(from.context_length);
    model.expires_at = unless_zero(from.expires_at);
    if (model.size_vram_bytes) {
        model.vram_gb = static_cast<double>(*model.size_vram_bytes) / 1e9;
    }
    // As in `ollama ps` (cmd/cmd.go): no share if the sizes are inconsistent.
    if (model.size_vram_bytes == 0) {
        model.cpu_percent = 100;
        return model;
    }
    if (model.size_bytes && model.size_vram_bytes && *model.size_bytes > 0 &&
        *model.size_vram_bytes <= *model.size_bytes) {
        auto const size = static_cast<double>(*model.size_bytes);
        auto const host = static_cast<double>(*model.size_bytes - *model.size_vram_bytes);
        model.cpu_percent = std::round(host / size * 100);
    }
    return model;
}

// Adds a value. The sum saturates, so that a crafted size cannot wrap around.
// A value that is unknown adds nothing.
inline void add(std::optional<std::uint64_t>& sum, std::optional<std::int64_t> value) {
    if (!value) {
        return;
    }
    auto const more = static_cast<std::uint64_t>(std::max<std::int64_t>(*value, 0));
    auto const total = sum.value_or(0) + more;
    sum = total < more ? ~std::uint64_t{0} : total;
}

// Raises a maximum to a positive value.
inline void raise(std::optional<std::uint64_t>& maximum, std::optional<std::int64_t> value) {
    if (value && *value > 0) {
        maximum = std::max(maximum.value_or(0), static_cast<std::uint64_t>(*value));
    }
}

// Returns the number of parameters: from POST /api/show, else from the text of /api/tags.
inline std::optional<std::int64_t> parameters(Model const& model, LocalApiCache const& cache) {
    auto const shown = cache.shown.find(key_of(model));
    if (shown != cache.shown.end() && shown->second.parameter_count) {
        return shown->second.parameter_count;
    }
    auto const parsed = parse_parameter_size(model.parameter_size.value_or(""));
    return parsed ? std::optional(static_cast<std::int64_t>(*parsed)) : std::nullopt;
}

inline void count_capabilities(std::vector<Model> const& models, ServerMetrics& into) {
    auto const unknown = [](Model const& model) { return model.capabilities.empty(); };
    if (!models.empty() && std::all_of(models.begin(), models.end(), unknown)) {
        return;
    }
    auto const count_with = [&models](std::string const& capability) {
        std::uint64_t count = 0;
        for (auto const& model : models) {
            auto const& all = model.capabilities;
            count += std::find(all.begin(), all.end(), capability) != all.end() ? 1u : 0u;
        }
        return count;
    };
    into.models_with_tools = count_with("tools");
    into.models_with_vision = count_with("vision");
    into.models_with_thinking = count_with("thinking");
}

inline void
count_models(std::vector<Model> const& models, LocalApiCache const& cache, ServerMetrics& into) {
    into.models_total = models.size();
    into.models_local = 0;
    into.models_cloud = 0;
    into.model_storage_bytes.reset();
    into.cloud_model_stub_bytes.reset();
    into.max_context_length.reset();
    into.total_parameters.reset();
    for (auto const& model : models) {
        auto const cloud = model.location == Location::cloud;
        add(cloud ? into.models_cloud : into.models_local, 1);
        add(cloud ? into.cloud_model_stub_bytes : into.model_storage_bytes, model.size_bytes);
        raise(into.max_context_length, model.context_length);
        if (auto const count = parameters(model, cache); count && !cloud) {
            add(into.total_parameters, count);
        }
    }
    // The sum over no model is 0; that over models of unknown size is unknown.
    if (into.models_local == 0u) {
        into.model_storage_bytes = 0;
    }
    if (into.models_cloud == 0u) {
        into.cloud_model_stub_bytes = 0;
    }
    count_capabilities(models, into);
}

inline void count_loaded_models(std::vector<LoadedModel> const& models, ServerMetrics& into) {
    into.loaded_models = models.size();
    if (models.empty()) {
        into.loaded_model_bytes = 0;
        into.loaded_vram_bytes = 0;
    }
    for (auto const& model : models) {
        add(into.loaded_model_bytes, model.size_bytes);
        add(into.loaded_vram_bytes, model.size_vram_bytes);
        raise(into.context_window, model.context_length);
    }
}

// Returns the body of POST /api/show. The name was sent by the server and may contain any
// character.
inline std::string to_show_request(std::string const& name) {
    return to_json(api::ShowRequest{name}, JsonStyle::compact);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
