#pragma once

/// The definitions of core/: see src.hpp.
#include <ousage/config.hpp>
