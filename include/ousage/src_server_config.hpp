#pragma once

/// The definitions of the source `server_config`: see src.hpp.
#include <ousage/ollama/model/impl/server_json.hpp>
#include <ousage/ollama/server_config/impl/server_config.hpp>
