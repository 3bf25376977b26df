#pragma once

#include "example/history/history_periods.hpp"
#include "example/ousage/options.hpp"
#include <ousage/format/text/text_style.hpp>
#include <ousage/ollama/configuration.hpp>

#include <string>
#include <vector>

namespace ousage::program {

/// Formats rows as lines of CSV (RFC 4180), with a header. Absent values are empty.
std::string history_csv(std::vector<HistoryPeriod> const& rows);

/// Formats rows as a table, with their total.
std::string
history_table(std::vector<HistoryPeriod> const& rows, HistoryUnit unit, TextStyle const& style);

/// Runs `ousage history`: reads the logs of the accounts and the database, and prints the sums by
/// period. Returns the exit code: 1 without any sums, 2 if the database cannot be read.
int run_history(Options const& options, ollama::Configuration configuration);

} // namespace ousage::program
