#pragma once

#include "example/history/history_charts.hpp"
#include "example/ousage/watch/request_tail.hpp"
#include "example/ousage/watch/watch_state.hpp"
#include <ousage/format/view/view_context.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <string>
#include <vector>

namespace ousage::program {

/// What the dashboard knows of one account.
struct WatchedAccount {
    std::string id;            ///< the account's name
    bool has_snapshot = false; ///< false before the first poll has ended
    ollama::Snapshot snapshot;
    ViewContext context;         ///< of the view of the snapshot
    std::vector<TailEntry> tail; ///< the last requests, the newest first
    HistoryCharts charts;        ///< its days are those of the snapshot too
    std::string history_failure; ///< why the sums are not stored; empty if they are
};

/// Sorts the models of a snapshot. Models that are equal keep the server's order, and values that
/// are unknown are last.
void sort_models(ollama::Snapshot& snapshot, Sorting sorting);

} // namespace ousage::program
