#pragma once

#include <ousage/format/text/text_style.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <string>
#include <utility>
#include <vector>

namespace ousage::program {

/// What `ousage doctor` reports in addition to snapshots.
struct DoctorFacts {
    std::vector<std::pair<std::string, std::string>> versions; ///< label and text
    /// The journal of this machine has files, which this user cannot read.
    bool is_journal_closed = false;
};

/// Returns the facts of this machine and this build.
DoctorFacts doctor_facts();

/// Returns the report of `ousage doctor`: versions, and for each source of each account what was
/// searched for, what was found, why something is missing, and what to do about it. The report
/// contains no secret, e-mail address, account id or other host, and `~` for the home directory, so
/// that users can publish it. The snapshots are those of the configuration's accounts, in their
/// order.
std::string doctor_report(
    std::vector<ollama::Snapshot> const& snapshots, ollama::Configuration const& configuration,
    DoctorFacts const& facts, TextStyle const& style);

} // namespace ousage::program
