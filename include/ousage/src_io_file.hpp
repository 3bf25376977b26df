#pragma once

/// The definitions of io/file/: see src.hpp.
#include <ousage/config.hpp>
