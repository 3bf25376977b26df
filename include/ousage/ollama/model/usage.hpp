#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/model/model.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE::ollama {

/// The usage of one model in one window, from the desktop database (estimated, answered turns of
/// the app) or from the engine's lines in the log (measured, all clients). The two overlap: never
/// add them.
struct ModelUsage {
    /// A merge concatenates the rows of several sources.
    static constexpr bool concatenate = true;

    /// The name; `unknown` if it is not known. The source of the log also reports `sha256-` and
    /// the digest of the model's blob, of which a snapshot contains the name.
    std::string model;
    Location location = Location::local;    ///< from the name or from the server
    std::string window;                     ///< `today`, `5h`, `1d`, `7d` or `all`
    std::uint64_t requests = 0;             ///< answered turns, or tasks of the engine
    std::uint64_t input_tokens = 0;         ///< cached ones included
    std::uint64_t output_tokens = 0;        ///< generated
    std::uint64_t total_tokens = 0;         ///< input and output
    std::optional<double> thinking_seconds; ///< if start and end are stored
    bool estimated = true; ///< tokens are (characters + 3) / 4; false if they were counted
};

/// How often a tool was called, over all time.
struct ToolUsage {
    std::string tool;        ///< the function's name
    std::uint64_t calls = 0; ///< rows of tool_calls
};

/// One limit of the cloud account. Members that are not in the response are absent.
struct Limit {
    std::optional<double> used;         ///< in `unit`
    std::optional<double> limit;        ///< in `unit`
    std::optional<double> remaining;    ///< in `unit`
    std::optional<std::string> unit;    ///< `percent` or `usd`
    std::optional<std::string> window;  ///< `5h`, `1d`, `1w`, `1mo`
    std::optional<Timestamp> resets_at; ///< when the window resets
};

/// The limits of the cloud account. The members are the keys of the output.
struct Limits {
    std::optional<Limit> usage_five_hour;       ///< the session window
    std::optional<Limit> usage_one_day;         ///< if the account has it instead of a week
    std::optional<Limit> usage_weekly;          ///< the week
    std::optional<Limit> usage_monthly;         ///< the month
    std::optional<Limit> balance_included_usd;  ///< used and limit of the allowance
    std::optional<Limit> balance_purchased_usd; ///< remaining credit
};

} // namespace OUSAGE_NAMESPACE::ollama
