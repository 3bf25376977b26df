#pragma once

/// Everything about Ollama: detect a configuration, take snapshots, read access logs, write JSON.
/// With OUSAGE_SEPARATE_COMPILATION (target `ousage::compiled`) only what a program needs to take
/// and print snapshots is seen here, and defined in a file that is compiled once; the other headers
/// can be included as ever.
#include <ousage/core/detail/definitions.hpp>
#include <ousage/format/observe.hpp>
#include <ousage/ollama/detect.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#if OUSAGE_DEFINES
#    include <ousage/core/cached.hpp>
#    include <ousage/core/fallback.hpp>
#    include <ousage/core/merge.hpp>
#    include <ousage/core/named.hpp>
#    include <ousage/core/or_else.hpp>
#    include <ousage/core/retry.hpp>
#    include <ousage/core/run.hpp>
#    include <ousage/core/transform.hpp>
#    include <ousage/core/with_timeout.hpp>
#    include <ousage/format/json.hpp>
#endif
