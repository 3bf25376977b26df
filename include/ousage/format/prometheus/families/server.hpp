#pragma once

#include <ousage/config.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/core/error.hpp>
#include <ousage/core/source_report.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/detail/write_optional.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/ollama/local_api/local_api_part.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

inline SourceReport const* report_of(Observation const& observation, std::string_view source) {
    auto const& sources = observation.snapshot->sources;
    auto const found = std::find_if(sources.begin(), sources.end(), [&](SourceReport const& one) {
        return one.name == source;
    });
    return found == sources.end() ? nullptr : &*found;
}

inline bool has_responded(SourceReport const& report) {
    return report.state == State::ok || report.state == State::partial;
}

// Adds the requests of polls with every stage at which they may fail.
inline void add_zero_errors(std::map<std::pair<std::string, std::string>, std::uint64_t>& errors) {
    for (auto const* const endpoint :
         {"/api/version", "/api/status", "/api/tags", "/api/ps", "/api/show", "/api/me"}) {
        for (int code = 1; !enum_name(static_cast<Errc>(code)).empty(); ++code) {
            errors.try_emplace({endpoint, std::string(enum_name(static_cast<Errc>(code)))}, 0u);
        }
    }
}

// Falls linearly from 1 at the last inference to 0 thirty seconds later. 0 if no model is in GPU
// memory.
inline double gpu_likely_active(Observation const& observation) {
    auto const& models = observation.snapshot->loaded_models;
    auto const in_vram = std::any_of(models.begin(), models.end(), [](auto const& model) {
        return model.size_vram_bytes.value_or(0) > 0;
    });
    auto const last = observation.activity->last_inference();
    if (!in_vram || !last) {
        return 0;
    }
    auto const age = observation.now - static_cast<double>(last->time_since_epoch().count());
    return std::clamp(1 - age / 30, 0.0, 1.0);
}

/// Metrics of the server: reachability, version and observed activity.
inline constexpr FamilyWriter server_families[] = {
    {{"ollama_up",
      MetricType::gauge,
      "",
      {},
      "Whether the server responded at the last poll (1) or not (0)."},
     [](Observation const& observation, Exposition& into) {
         auto const* const report = report_of(observation, SourceTraits<ollama::LocalApi>::name);
         if (report != nullptr && report->state != State::skipped) {
             into.sample({}, has_responded(*report) ? 1 : 0);
         }
     }},
    {{"ollama_version_info", MetricType::info, "", {"version"}, "Version of the server."},
     [](Observation const& observation, Exposition& into) {
         if (auto const& version = observation.snapshot->attributes.cli_version) {
             into.sample({{"version", *version}}, 1);
         }
     }},
    {{"ollama_api_response_time_seconds",
      MetricType::histogram,
      "seconds",
      {"endpoint"},
      "Response time of requests to the server by polls, from the start of the request to the last "
      "byte of the response."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity == nullptr) {
             return;
         }
         for (auto const& [endpoint, histogram] : observation.activity->response_times()) {
             into.histogram({{"endpoint", endpoint}}, histogram, observation.activity->start());
         }
     }},
    {{"ollama_api_errors_total",
      MetricType::counter,
      "",
      {"endpoint", "error_kind"},
      "Number of requests by polls that failed since the exporter started, by the stage of the "
      "failure."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity == nullptr) {
             return;
         }
         auto errors = observation.activity->errors();
         if (observation.has_zeros) {
             add_zero_errors(errors);
         }
         for (auto const& [key, count] : errors) {
             into.counter(
                 {{"endpoint", key.first}, {"error_kind", key.second}}, count,
                 observation.activity->start());
         }
     }},
    {{"ollama_inference_active",
      MetricType::gauge,
      "",
      {},
      "Whether an engine is answering a request (1) or not (0), according to the engine processes "
      "or to the engine's lines in the log. If neither is observed: whether an inference ended "
      "since the previous poll or runs past the expiry time of its model."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity != nullptr) {
             into.sample({}, observation.activity->is_active() ? 1 : 0);
         }
     }},
    {{"ollama_gpu_likely_active",
      MetricType::gauge,
      "",
      {},
      "Estimated GPU activity from 0 to 1: with a model in GPU memory, falls linearly from 1 at "
      "the last inference to 0 thirty seconds later. A request that an engine is answering is an "
      "inference now."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity != nullptr) {
             into.sample({}, gpu_likely_active(observation));
         }
     }},
    {{"ollama_inference_requests_total",
      MetricType::counter,
      "",
      {},
      "Number of inference requests since the exporter started. Exact while the log has shown an "
      "access line and is growing, otherwise a lower bound: the number of observed changes of a "
      "model's expiry time."},
     [](Observation const& observation, Exposition& into) {
         if (observation.activity != nullptr) {
             into.counter({}, observation.activity->inference(), observation.activity->start());
         }
     }},
    {{"ollama_last_inference_timestamp",
      MetricType::gauge,
      "",
      {},
      "Time at which the last inference ended or was observed to run, in seconds since 1970. "
      "Absent "
      "if none was observed."},
     [](Observation const& observation, Exposition& into) {
         auto const* const activity = observation.activity;
         if (activity != nullptr && activity->last_inference()) {
             into.sample({}, activity->last_inference()->time_since_epoch().count());
         }
     }},
};

} // namespace OUSAGE_NAMESPACE::detail
