#pragma once

/// Everything about Ollama: detect a configuration, take snapshots, read access logs, write JSON.
#include <ousage/core/cached.hpp>
#include <ousage/core/fallback.hpp>
#include <ousage/core/merge.hpp>
#include <ousage/core/named.hpp>
#include <ousage/core/or_else.hpp>
#include <ousage/core/retry.hpp>
#include <ousage/core/run.hpp>
#include <ousage/core/transform.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/format/json.hpp>
#include <ousage/ollama/detect.hpp>
#include <ousage/ollama/take_snapshot.hpp>
