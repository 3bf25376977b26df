#pragma once

#include "example/ousage/options.hpp"
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <string>
#include <vector>

namespace ousage::program {

/// Formats the snapshots of the accounts of a configuration, in their order, for standard output.
std::string snapshot_text(
    std::vector<ollama::Snapshot> const& snapshots, ollama::Configuration const& configuration,
    Format format);

} // namespace ousage::program
