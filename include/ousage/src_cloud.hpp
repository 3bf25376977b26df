#pragma once

/// The definitions of the source `cloud`: see src.hpp.
#include <ousage/ollama/cloud/impl/cloud.hpp>
