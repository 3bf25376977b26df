#pragma once

#include "example/ousage/options.hpp"

namespace ousage::program {

/// `ousage log`: the entries of the files named, or of the logs found, as JSON lines on standard
/// output, or their summary. Returns the exit code.
int run_log(LogOptions const& options, ollama::Configuration const& configuration, Format format);

} // namespace ousage::program
