#pragma once

/// The definitions of io/http/: see src.hpp.
#include <ousage/config.hpp>
