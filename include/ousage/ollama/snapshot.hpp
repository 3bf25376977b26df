#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source_report.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/model/attributes.hpp>
#include <ousage/ollama/model/day_value.hpp>
#include <ousage/ollama/model/metrics.hpp>
#include <ousage/ollama/model/model.hpp>
#include <ousage/ollama/model/usage.hpp>

#include <map>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// The state of an account.
enum class Status {
    OK,            ///< some source had data
    AUTH_REQUIRED, ///< auth `api_key` without a key, or the key was refused and nothing else is
                   ///< there
    LIMITED,       ///< an account that has only the cloud got 429
    UNKNOWN,       ///< no source had any data
};

/// A name and its values by day, oldest first, no gaps.
using DailySeries = std::map<std::string, std::vector<DayValue>>;

/// Everything ousage knows of one account at one time; its members are the keys of the output.
struct Snapshot {
    std::string provider_id = "ollama";             ///< always `ollama`
    std::string account_id;                         ///< id of the account, section 6
    Timestamp timestamp;                            ///< when it was taken, in the local offset
    Status status = Status::UNKNOWN;                ///< the account's state
    std::string message;                            ///< one line for people
    std::vector<SourceReport> sources;              ///< all five, in the contract's order
    Metrics metrics;                                ///< every number
    Limits limits;                                  ///< of the cloud account
    Attributes attributes;                          ///< every text
    std::vector<Model> models;                      ///< in the server's order
    std::vector<LoadedModel> loaded_models;         ///< in the server's order
    std::vector<ModelUsage> model_usage;            ///< a row a model and window
    std::vector<ToolUsage> tool_usage;              ///< most calls first
    DailySeries daily_series;                       ///< by the local calendar
    std::map<std::string, std::string> diagnostics; ///< what failed, by source and part
};

} // namespace OUSAGE_NAMESPACE::ollama
