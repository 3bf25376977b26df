#pragma once

/// The definitions of the source `gpu`: see src.hpp.
#include <ousage/ollama/gpu/impl/gpu.hpp>
