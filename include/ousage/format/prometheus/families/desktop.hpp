#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/detail/write_optional.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <cstddef>
#include <iterator>
#include <map>
#include <string>

namespace OUSAGE_NAMESPACE::detail {

// Usage by model. The database of the desktop app may contain any text as a model name, so the
// result has at most 100 entries: the first by name, and `other` for the sum of the rest.
inline std::map<std::string, ollama::ModelUsage> desktop_models(Observation const& observation) {
    auto all = std::map<std::string, ollama::ModelUsage>{};
    for (auto const& usage : observation.snapshot->model_usage) {
        if (usage.window == "all") {
            all.emplace(usage.model, usage);
        }
    }
    while (all.size() > 100) {
        auto const last = std::prev(all.end(), all.rbegin()->first == "other" ? 2 : 1);
        auto& other = all["other"];
        other.requests += last->second.requests;
        other.input_tokens += last->second.input_tokens;
        other.output_tokens += last->second.output_tokens;
        all.erase(last);
    }
    return all;
}

/// Metrics of the desktop app's database. They are gauges, because rows can be deleted.
inline constexpr FamilyWriter desktop_families[] = {
    {{"ollama_desktop_conversations",
      MetricType::gauge,
      "",
      {},
      "Number of chats in the desktop app."},
     [](Observation const& observation, Exposition& into) {
         write_optional(into, {}, observation.snapshot->metrics.desktop.total_conversations);
     }},
    {{"ollama_desktop_messages",
      MetricType::gauge,
      "",
      {"role"},
      "Number of messages in the desktop app by the role of the author."},
     [](Observation const& observation, Exposition& into) {
         auto const& desktop = observation.snapshot->metrics.desktop;
         write_optional(into, {{"role", "user"}}, desktop.total_user_messages);
         write_optional(into, {{"role", "assistant"}}, desktop.total_assistant_messages);
         auto const known =
             desktop.total_user_messages.value_or(0) + desktop.total_assistant_messages.value_or(0);
         if (desktop.total_messages && *desktop.total_messages >= known) {
             into.sample({{"role", "other"}}, *desktop.total_messages - known);
         }
     }},
    {{"ollama_desktop_tool_calls",
      MetricType::gauge,
      "",
      {},
      "Number of tool calls in the desktop app."},
     [](Observation const& observation, Exposition& into) {
         write_optional(into, {}, observation.snapshot->metrics.desktop.total_tool_calls);
     }},
    {{"ollama_desktop_attachments",
      MetricType::gauge,
      "",
      {},
      "Number of files attached to messages in the desktop app."},
     [](Observation const& observation, Exposition& into) {
         write_optional(into, {}, observation.snapshot->metrics.desktop.total_attachments);
     }},
    {{"ollama_desktop_thinking_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "Total thinking time of all models in the desktop app."},
     [](Observation const& observation, Exposition& into) {
         write_optional(into, {}, observation.snapshot->metrics.desktop.total_thinking_seconds);
     }},
    {{"ollama_desktop_answers",
      MetricType::gauge,
      "",
      {"model"},
      "Number of assistant responses in the desktop app by model."},
     [](Observation const& observation, Exposition& into) {
         for (auto const& [model, usage] : desktop_models(observation)) {
             into.sample({{"model", model}}, usage.requests);
         }
     }},
    {{"ollama_desktop_estimated_tokens",
      MetricType::gauge,
      "",
      {"model", "direction"},
      "Estimated number of tokens in the desktop app by model: a quarter of the characters."},
     [](Observation const& observation, Exposition& into) {
         for (auto const& [model, usage] : desktop_models(observation)) {
             into.sample({{"model", model}, {"direction", "input"}}, usage.input_tokens);
             into.sample({{"model", model}, {"direction", "output"}}, usage.output_tokens);
         }
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
