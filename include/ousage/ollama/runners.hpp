#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/runners/runner_system.hpp>
#include <ousage/ollama/runners/runners_part.hpp>

namespace OUSAGE_NAMESPACE::ollama {

/// Source `runners`: the engine processes of this machine's Ollama, from the process table, and the
/// number of requests that each is answering. Since version 0.30, Ollama opens one TCP connection
/// to the engine for each request, so this number is that of the established connections to its
/// port. It is absent if the listener on that port is not verified: it must be in the table of this
/// network namespace and belong to the user of the process. User 65534 stands for any unmapped user
/// and verifies nothing. Nothing is sent.
///
/// `absent` if there is no engine process, if the process table is hidden, if the processes run in
/// another network namespace, and on systems other than Linux.
///
/// With `RunnerSystem::query_slots` it sends GET /slots to a verified engine that is answering a
/// request, at most once a second and to one engine at a time. The response is limited to 256 KiB
/// and 300 ms. Only the numbers of generated tokens are kept. Without a response these values are
/// absent; this is no failure. An idle engine is not queried: it would write a line to the log.
OUSAGE_DECL Source<RunnerState> runners(RunnerSystem system = {});

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/runners/impl/runners.hpp>
#endif
