#pragma once

/// The definition of `snapshot`, which merges the sources: see src.hpp.
#include <ousage/ollama/assembly/impl/account_log.hpp>
#include <ousage/ollama/assembly/impl/take_snapshot.hpp>
