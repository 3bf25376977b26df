#pragma once

/// The definitions of json/: see src.hpp.
#include <ousage/config.hpp>
