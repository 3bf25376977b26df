#pragma once

/// The public API for Ollama: detect a configuration, take snapshots, compose sources, write JSON.
/// The targets `ousage::ousage` and `ousage::compiled` (OUSAGE_COMPILED=1) provide the same names.
/// With `ousage::compiled`, this header only declares the functions that take snapshots, and the
/// library defines them.
#include <ousage/core/cached.hpp>
#include <ousage/core/every.hpp>
#include <ousage/core/fallback.hpp>
#include <ousage/core/first_of.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/core/named.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/or_else.hpp>
#include <ousage/core/retry.hpp>
#include <ousage/core/run.hpp>
#include <ousage/core/transform.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/format/observe.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/assembly/ollama_host.hpp>
#include <ousage/ollama/cloud.hpp>
#include <ousage/ollama/desktop_db.hpp>
#include <ousage/ollama/detect.hpp>
#include <ousage/ollama/gpu.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/runners.hpp>
#include <ousage/ollama/server_config.hpp>
#include <ousage/ollama/server_log.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#if !OUSAGE_COMPILED
#    include <ousage/src.hpp>
#endif
