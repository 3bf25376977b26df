#pragma once

#include "options.hpp"
#include <ousage/ollama/configuration.hpp>

namespace ousage::program {

/// `ousage log`: writes entries as JSON lines to standard output; returns the exit code.
int run_log(LogOptions const& options, ollama::Configuration const& configuration);

} // namespace ousage::program
