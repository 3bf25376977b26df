#pragma once

/// The definitions of format/: see src.hpp.
#include <ousage/format/impl/observe.hpp>
