#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/subject.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>

#include <algorithm>
#include <string_view>

namespace OUSAGE_NAMESPACE::detail {

inline SourceReport const* report_of(Subject const& subject, std::string_view source) {
    auto const& sources = subject.snapshot->sources;
    auto const found = std::find_if(sources.begin(), sources.end(), [&](SourceReport const& one) {
        return one.name == source;
    });
    return found == sources.end() ? nullptr : &*found;
}

inline bool has_answered(SourceReport const& report) {
    return report.state == State::ok || report.state == State::partial;
}

// Falls linearly from 1 at the last inference to 0 thirty seconds later. 0 if no model is in GPU
// memory.
inline double gpu_likely_active(Subject const& subject) {
    auto const& models = subject.snapshot->loaded_models;
    auto const in_vram = std::any_of(models.begin(), models.end(), [](auto const& model) {
        return model.size_vram_bytes.value_or(0) > 0;
    });
    auto const last = subject.activity->last_inference();
    if (!in_vram || !last) {
        return 0;
    }
    auto const age = subject.now - static_cast<double>(last->time_since_epoch().count());
    return std::clamp(1 - age / 30, 0.0, 1.0);
}

/// Metrics of the server: reachability, version and observed activity.
inline constexpr SubjectFamily server_families[] = {
    {{"ollama_up", MetricType::gauge, "", {}, "1 where the server answered the last poll, else 0."},
     [](Subject const& subject, Exposition& into) {
         auto const* const report = report_of(subject, SourceTraits<ollama::LocalApi>::name);
         if (report != nullptr && report->state != State::skipped) {
             into.sample({}, has_answered(*report) ? 1 : 0);
         }
     }},
    {{"ollama_version_info", MetricType::info, "", {"version"}, "The version of the server."},
     [](Subject const& subject, Exposition& into) {
         if (auto const& version = subject.snapshot->attributes.cli_version) {
             into.sample({{"version", *version}}, 1);
         }
     }},
    {{"ollama_api_response_time_seconds",
      MetricType::histogram,
      "seconds",
      {"endpoint"},
      "How long the server took to answer a poll's request, from the call to the last byte."},
     [](Subject const& subject, Exposition& into) {
         if (subject.activity == nullptr) {
             return;
         }
         for (auto const& [endpoint, histogram] : subject.activity->answers()) {
             into.histogram({{"endpoint", endpoint}}, histogram, subject.activity->start());
         }
     }},
    {{"ollama_api_errors_total",
      MetricType::counter,
      "",
      {"endpoint", "error_kind"},
      "Requests of polls that failed, by the stage at which they did."},
     [](Subject const& subject, Exposition& into) {
         if (subject.activity == nullptr) {
             return;
         }
         for (auto const& [key, count] : subject.activity->errors()) {
             into.counter(
                 {{"endpoint", key.first}, {"error_kind", key.second}}, count,
                 subject.activity->start());
         }
     }},
    {{"ollama_inference_active",
      MetricType::gauge,
      "",
      {},
      "1 where an inference ended since the poll before, or one runs beyond its model's expiry."},
     [](Subject const& subject, Exposition& into) {
         if (subject.activity != nullptr) {
             into.sample({}, subject.activity->is_active() ? 1 : 0);
         }
     }},
    {{"ollama_gpu_likely_active",
      MetricType::gauge,
      "",
      {},
      "A guess from 0 to 1: with a model in GPU memory it falls from 1 at the last inference to 0 "
      "thirty seconds later."},
     [](Subject const& subject, Exposition& into) {
         if (subject.activity != nullptr) {
             into.sample({}, gpu_likely_active(subject));
         }
     }},
    {{"ollama_inference_requests_total",
      MetricType::counter,
      "",
      {},
      "Inference requests since the exporter started: of the log, where there is one, exactly; "
      "else at least so many, by loaded models whose expiry moved."},
     [](Subject const& subject, Exposition& into) {
         if (subject.activity != nullptr) {
             into.counter({}, subject.activity->inference(), subject.activity->start());
         }
     }},
    {{"ollama_last_inference_timestamp",
      MetricType::gauge,
      "",
      {},
      "When the last inference ended, in seconds since 1970; not there where none was seen."},
     [](Subject const& subject, Exposition& into) {
         auto const* const activity = subject.activity;
         if (activity != nullptr && activity->last_inference()) {
             into.sample({}, activity->last_inference()->time_since_epoch().count());
         }
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
