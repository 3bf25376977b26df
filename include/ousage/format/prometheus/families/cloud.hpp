#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/families/server.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::detail {

inline void
write_ratio(Exposition& into, std::string_view window, std::optional<ollama::Limit> const& limit) {
    if (limit && limit->used && limit->limit.value_or(100) > 0) {
        into.sample({{"window", window}}, *limit->used / limit->limit.value_or(100));
    }
}

/// Metrics of the cloud account.
inline constexpr FamilyWriter cloud_families[] = {
    {{"ollama_cloud_up",
      MetricType::gauge,
      "",
      {},
      "Whether the cloud responded to the last requests (1) or not (0). Absent if the cloud is not "
      "queried."},
     [](Observation const& observation, Exposition& into) {
         auto const* const report = report_of(observation, SourceTraits<ollama::Cloud>::name);
         if (report != nullptr && report->state != State::skipped &&
             report->state != State::absent) {
             // Between two requests, and if they failed, the source has older values.
             auto const* const activity = observation.activity;
             auto const last = activity == nullptr ? std::nullopt : activity->cloud_up();
             into.sample({}, last.value_or(has_responded(*report)) ? 1 : 0);
         }
     }},
    {{"ollama_cloud_answer_age_seconds",
      MetricType::gauge,
      "seconds",
      {},
      "Time since the cloud sent the values of its metrics. Absent if there are none."},
     [](Observation const& observation, Exposition& into) {
         if (auto const& age = observation.snapshot->attributes.cloud_age_seconds) {
             into.sample({}, static_cast<double>(*age) + observation.age_seconds.value_or(0));
         }
     }},
    {{"ollama_cloud_usage_ratio",
      MetricType::gauge,
      "ratio",
      {"window"},
      "Used fraction of the cloud account's quota; 1 is the whole quota."},
     [](Observation const& observation, Exposition& into) {
         auto const& limits = observation.snapshot->limits;
         write_ratio(into, "5h", limits.usage_five_hour);
         write_ratio(into, "1d", limits.usage_one_day);
         write_ratio(into, "1w", limits.usage_weekly);
         write_ratio(into, "1mo", limits.usage_monthly);
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
