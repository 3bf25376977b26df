#pragma once

#include "example/ousage/options.hpp"

namespace ousage::program {

/// Runs `ousage log`: prints the entries of the named files or of the logs found as JSON lines, or
/// their summary. Returns the exit code.
int run_log(LogOptions const& options, ollama::Configuration const& configuration, Format format);

} // namespace ousage::program
