#pragma once

#include "example/options/option.hpp"
#include <ousage/ollama/detect.hpp>

#include <span>

namespace ousage::program {

/// The options that both programs have: what to observe, and the deadlines.
std::span<Option<ollama::Overrides> const> shared_options();

} // namespace ousage::program
