#pragma once

#include "example/ousage/options.hpp"
#include <ousage/ollama/assembly/observers.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <string>

namespace ousage::program {

/// The deadline of every source of a status line.
inline constexpr std::chrono::milliseconds status_deadline{300};

/// Restricts a configuration to what a status line may do every second: the first account, a
/// deadline of 300 ms for each source, and no request to the cloud.
void limit_for_status(ollama::Configuration& configuration);

/// Returns observers with which the server of an account receives GET requests alone.
ollama::Observers status_observers(ollama::Account const& account);

/// Returns the status line of a snapshot, and the exit code: 0, or 33 for `i3blocks` if attention
/// is needed. Values that are late are replaced by those of the last run, unless nothing is stored.
std::string status_text(
    ollama::Snapshot const& snapshot, ollama::Configuration const& configuration,
    StatusOptions const& options, int& exit_code);

} // namespace ousage::program
