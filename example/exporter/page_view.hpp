#pragma once

#include <ousage/format/view.hpp>

#include <optional>
#include <string>
#include <vector>

namespace ousage::program {

/// One account in the tabs of the web page.
struct PageAccount {
    std::string id;                        ///< id in the configuration, display text
    std::string key;                       ///< the id itself, for the parameter `account`
    ServerState state = ServerState::none; ///< see `ServerState`
    Severity severity = Severity::ok;      ///< the highest of all values
    bool is_polled = false;                ///< at least once
};

/// Where the days of the charts come from.
struct PageHistory {
    std::string from;      ///< `from the log since 11-18, stored before`
    std::string log_since; ///< the first day that is from the log, and those after it; may be empty
};

/// What the web page requests at `/view`, as JSON: the view of one account, and all accounts.
struct PageView {
    std::string version;               ///< of the exporter
    std::string metrics_path;          ///< path of the metrics
    double interval_seconds = 0;       ///< between two polls of the account
    std::optional<double> age_seconds; ///< since its last poll; empty before the first one
    std::string account;               ///< its id, for the parameter `account`
    std::vector<PageAccount> accounts; ///< all accounts
    std::optional<View> view;          ///< empty before the first poll
    /// Empty if there is no stored history.
    std::optional<PageHistory> history;
};

} // namespace ousage::program
