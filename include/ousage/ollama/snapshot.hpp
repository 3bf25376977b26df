#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_report.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/model/attributes.hpp>
#include <ousage/ollama/model/day_value.hpp>
#include <ousage/ollama/model/gpu.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/model/model.hpp>
#include <ousage/ollama/model/runner.hpp>
#include <ousage/ollama/model/usage.hpp>

#include <map>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The status of an account.
enum class Status {
    OK,            ///< some source had data
    AUTH_REQUIRED, ///< auth `api_key` without a valid key, or a rejected key and no other data
    LIMITED,       ///< the cloud returned 429 and there is no server or no other data
    UNKNOWN,       ///< no source had any data
};

/// The data of one account at one time. The members are the keys of the output.
struct Snapshot {
    /// JSON omits a series without days.
    static constexpr bool omit_empty_entries = true;

    std::string provider_id = "ollama";             ///< always `ollama`
    std::string account_id;                         ///< id of the account in the configuration
    Timestamp timestamp;                            ///< when it was taken, in the local offset
    Status status = Status::UNKNOWN;                ///< the account's status
    std::string message;                            ///< one line, human-readable
    std::vector<SourceReport> sources;              ///< one for each source, in order
    Metrics metrics;                                ///< all numbers
    Limits limits;                                  ///< of the cloud account
    Attributes attributes;                          ///< all texts
    std::vector<Model> models;                      ///< in the server's order
    std::vector<LoadedModel> loaded_models;         ///< in the server's order
    std::vector<Gpu> gpus;                          ///< NVIDIA before AMD
    std::vector<Runner> runners;                    ///< by process id
    std::vector<ModelUsage> model_usage;            ///< one row per model and window
    std::vector<ToolUsage> tool_usage;              ///< most calls first
    DailySeries daily_series;                       ///< by day of the local calendar
    std::map<std::string, std::string> diagnostics; ///< what failed, by source and part
};

} // namespace OUSAGE_NAMESPACE::ollama
