#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/families/server.hpp>
#include <ousage/format/prometheus/subject.hpp>
#include <ousage/ollama/cloud/cloud_part.hpp>

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
inline constexpr SubjectFamily cloud_families[] = {
    {{"ollama_cloud_up",
      MetricType::gauge,
      "",
      {},
      "1 where the cloud answered, 0 where it did not; not there where it is not asked."},
     [](Subject const& subject, Exposition& into) {
         auto const* const report = report_of(subject, SourceTraits<ollama::Cloud>::name);
         if (report != nullptr && report->state != State::skipped &&
             report->state != State::absent) {
             into.sample({}, has_answered(*report) ? 1 : 0);
         }
     }},
    {{"ollama_cloud_usage_ratio",
      MetricType::gauge,
      "ratio",
      {"window"},
      "Used part of the cloud account's quota, 1 where all is used."},
     [](Subject const& subject, Exposition& into) {
         auto const& limits = subject.snapshot->limits;
         write_ratio(into, "5h", limits.usage_five_hour);
         write_ratio(into, "1d", limits.usage_one_day);
         write_ratio(into, "1w", limits.usage_weekly);
         write_ratio(into, "1mo", limits.usage_monthly);
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
