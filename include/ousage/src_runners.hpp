#pragma once

/// The definitions of the source `runners`: see src.hpp.
#include <ousage/ollama/runners/impl/runners.hpp>
