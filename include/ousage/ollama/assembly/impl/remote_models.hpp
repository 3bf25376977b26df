#pragma once

#include <ousage/ollama/assembly/remote_models.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

// `llama3.2` and `llama3.2:latest` are the same model to the server (Ollama types/model/name.go).
inline std::string with_tag(std::string const& name) {
    auto const last = name.substr(name.rfind('/') + 1);
    return last.find(':') == last.npos ? name + ":latest" : name;
}

// Moves `amounts` from the series `from` to the series `requests_cloud`. All series end on the same
// day.
inline void
move_days(std::vector<DayValue> const& amounts, std::vector<DayValue>& from, DailySeries& all) {
    auto& to = all["requests_cloud"];
    if (to.size() < amounts.size()) {
        auto earlier = std::vector<DayValue>(
            amounts.begin(), amounts.end() - static_cast<std::ptrdiff_t>(to.size()));
        for (auto& day : earlier) {
            day.value = 0;
        }
        to.insert(to.begin(), earlier.begin(), earlier.end());
    }
    for (std::size_t back = 1; back <= amounts.size(); ++back) {
        auto const value = amounts[amounts.size() - back].value;
        to[to.size() - back].value += value;
        if (back <= from.size()) {
            auto& rest = from[from.size() - back].value;
            rest -= std::min(rest, value);
        }
    }
}

} // namespace detail

OUSAGE_DECL void relocate_remote_models(Snapshot& snapshot) {
    auto remote = std::set<std::string>{};
    for (auto const& model : snapshot.models) {
        if (model.location == Location::cloud) {
            remote.insert(detail::with_tag(model.name));
        }
    }
    auto moved = std::set<std::string>{};
    for (auto& usage : snapshot.model_usage) {
        if (usage.location == Location::local && remote.contains(detail::with_tag(usage.model))) {
            usage.location = Location::cloud;
            moved.insert(usage.model);
        }
    }
    auto& all = snapshot.daily_series;
    for (auto const& name : moved) {
        auto const amounts = all.find("requests_model_" + name);
        auto const local = all.find("requests_local");
        if (amounts != all.end() && local != all.end()) {
            detail::move_days(amounts->second, local->second, all);
            auto& days = local->second;
            auto const first = std::find_if(
                days.begin(), days.end(), [](DayValue const& day) { return day.value > 0; });
            days.erase(days.begin(), first);
            if (days.empty()) {
                all.erase(local);
            }
        }
    }
}

} // namespace OUSAGE_NAMESPACE::ollama
