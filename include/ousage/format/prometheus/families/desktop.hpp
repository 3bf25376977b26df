#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/subject.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace OUSAGE_NAMESPACE::detail {

// Usage by model. The database of the desktop app may contain any text as a model name, so the
// result has at most 100 entries: the first by name, and `other` for the sum of the rest.
inline std::map<std::string, ollama::ModelUsage> desktop_models(Subject const& subject) {
    auto all = std::map<std::string, ollama::ModelUsage>{};
    for (auto const& usage : subject.snapshot->model_usage) {
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
inline constexpr SubjectFamily desktop_families[] = {
    {{"ollama_desktop_conversations", MetricType::gauge, "", {}, "Chats of the desktop app."},
     [](Subject const& subject, Exposition& into) {
         write_optional(into, {}, subject.snapshot->metrics.desktop.total_conversations);
     }},
    {{"ollama_desktop_messages",
      MetricType::gauge,
      "",
      {"role"},
      "Messages of the desktop app by who wrote them."},
     [](Subject const& subject, Exposition& into) {
         auto const& desktop = subject.snapshot->metrics.desktop;
         write_optional(into, {{"role", "user"}}, desktop.total_user_messages);
         write_optional(into, {{"role", "assistant"}}, desktop.total_assistant_messages);
         auto const known =
             desktop.total_user_messages.value_or(0) + desktop.total_assistant_messages.value_or(0);
         if (desktop.total_messages && *desktop.total_messages >= known) {
             into.sample({{"role", "other"}}, *desktop.total_messages - known);
         }
     }},
    {{"ollama_desktop_tool_calls", MetricType::gauge, "", {}, "Tool calls of the desktop app."},
     [](Subject const& subject, Exposition& into) {
         write_optional(into, {}, subject.snapshot->metrics.desktop.total_tool_calls);
     }},
    {{"ollama_desktop_attachments", MetricType::gauge, "", {}, "Files given to the desktop app."},
     [](Subject const& subject, Exposition& into) {
         write_optional(into, {}, subject.snapshot->metrics.desktop.total_attachments);
     }},
    {{"ollama_desktop_thinking_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "How long models were thinking for the desktop app, all together."},
     [](Subject const& subject, Exposition& into) {
         write_optional(into, {}, subject.snapshot->metrics.desktop.total_thinking_seconds);
     }},
    {{"ollama_desktop_answers",
      MetricType::gauge,
      "",
      {"model"},
      "Answered turns of the desktop app by model."},
     [](Subject const& subject, Exposition& into) {
         for (auto const& [model, usage] : desktop_models(subject)) {
             into.sample({{"model", model}}, usage.requests);
         }
     }},
    {{"ollama_desktop_estimated_tokens",
      MetricType::gauge,
      "",
      {"model", "direction"},
      "Tokens of the desktop app by model, estimated as a quarter of the characters."},
     [](Subject const& subject, Exposition& into) {
         for (auto const& [model, usage] : desktop_models(subject)) {
             into.sample({{"model", model}, {"direction", "input"}}, usage.input_tokens);
             into.sample({{"model", model}, {"direction", "output"}}, usage.output_tokens);
         }
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
