#pragma once

/// The definitions of the source `server_log`: see src.hpp.
#include <ousage/ollama/log/impl/server_log.hpp>
