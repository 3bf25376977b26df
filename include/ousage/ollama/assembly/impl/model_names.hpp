#pragma once

#include <ousage/ollama/assembly/model_names.hpp>
#include <ousage/ollama/model/detail/blob_digest.hpp>

#include <cstddef>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL void ModelNames::add_load(EngineModel const& load) {
    if (load.digest.empty() || load.name.empty()) {
        return;
    }
    auto const lock = std::lock_guard(mutex_);
    if (loads_.contains(load.digest) || loads_.size() < load_limit) {
        loads_[load.digest] = load.name;
    }
}

OUSAGE_DECL void ModelNames::set_shown(std::vector<EngineModel> const& shown) {
    auto names = std::multimap<std::string, std::string>{};
    for (auto const& model : shown) {
        names.emplace(model.digest, model.name);
    }
    auto const lock = std::lock_guard(mutex_);
    shown_ = std::move(names);
}

OUSAGE_DECL std::optional<std::string> ModelNames::find(std::string const& digest) const {
    auto const lock = std::lock_guard(mutex_);
    if (auto const load = loads_.find(digest); load != loads_.end()) {
        return load->second;
    }
    auto const [first, last] = shown_.equal_range(digest);
    return std::distance(first, last) == 1 ? std::optional(first->second) : std::nullopt;
}

namespace detail {

// Adds the numbers of a row of the log to another one of the same model and window.
inline void add_usage(ModelUsage& to, ModelUsage const& from) {
    to.requests += from.requests;
    to.input_tokens += from.input_tokens;
    to.output_tokens += from.output_tokens;
    to.total_tokens += from.total_tokens;
}

} // namespace detail

OUSAGE_DECL void name_models(Snapshot& snapshot, ModelNames const& names) {
    for (auto& runner : snapshot.runners) {
        if (runner.digest && !runner.model) {
            runner.model = names.find(*runner.digest);
        }
    }
    auto rows = std::vector<ModelUsage>{};
    auto indexes = std::map<std::pair<std::string, std::string>, std::size_t>{};
    for (auto& row : snapshot.model_usage) {
        if (row.estimated) {
            rows.push_back(std::move(row));
            continue;
        }
        if (auto const digest = detail::digest_of_blob(row.model)) {
            row.model = names.find(*digest).value_or("unknown");
        }
        auto key = std::pair(row.model, row.window);
        auto const [index, is_new] = indexes.try_emplace(std::move(key), rows.size());
        if (is_new) {
            rows.push_back(std::move(row));
        } else {
            detail::add_usage(rows[index->second], row);
        }
    }
    snapshot.model_usage = std::move(rows);
}

} // namespace OUSAGE_NAMESPACE::ollama
