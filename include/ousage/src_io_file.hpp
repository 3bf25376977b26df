#pragma once

/// The definitions of io/file/: see src.hpp.
#include <ousage/io/file/impl/log_follower.hpp>
