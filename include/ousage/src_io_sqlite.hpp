#pragma once

/// The definitions of io/sqlite/: see src.hpp.
#include <ousage/config.hpp>
