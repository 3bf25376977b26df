#pragma once

#include "example/ousage/options.hpp"
#include <ousage/ollama/configuration.hpp>

namespace ousage::program {

/// Runs `ousage watch` until the user or a signal ends it: the dashboard if standard input and
/// output are a terminal and no format was named, else one text per interval. Does not return;
/// ends the process.
[[noreturn]] void run_watch(Options const& options, ollama::Configuration configuration);

} // namespace ousage::program
