#pragma once

/// The definitions of the source `local_api`: see src.hpp.
#include <ousage/ollama/local_api/impl/local_api.hpp>
#include <ousage/ollama/local_api/impl/server_credentials.hpp>
