#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/model/environment.hpp>
#include <ousage/ollama/overrides.hpp>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns the configuration of this machine: the platform's defaults and OLLAMA_HOST, the accounts
/// file if there is one, and the overrides. A failure names the option, or the key and its
/// position, on one line.
OUSAGE_DECL Result<Configuration>
detect(Overrides const& overrides = {}, Environment const& environment = &process_environment);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/detect.hpp>
#endif
