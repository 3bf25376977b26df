#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/format/view/header_view.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE {

/// The values of a status line. A text is empty if its value is unknown.
struct StatusView {
    ServerState state = ServerState::none; ///< whether the server responds
    Severity severity = Severity::ok;      ///< the highest of all values that are not late
    std::string loaded;                    ///< `llama3.2:3b +1`, `idle`, `Ollama down`
    std::string vram;                      ///< of the loaded models, `12.8 GiB`
    std::optional<double> vram_share;      ///< of all GPU memory, 0 to 1
    std::string gpu;                       ///< mean utilization, `83 %`
    std::string running;                   ///< requests running now, `2`
    std::string tok_s;                     ///< output tokens per second today, `41`
    std::string tokens_today;              ///< output tokens today, `86.3k`
    std::string req_today;                 ///< requests today, `184`
    std::string req_5h;                    ///< requests of the last 5 hours
    std::string errors_today;              ///< failed requests today
    std::string quota_5h;                  ///< used, `31 %`
    std::string quota_week;                ///< used
    std::string version;                   ///< of Ollama, `0.33.1`
    std::string age;                       ///< of stale values, `2 h`; else empty
};

/// Derives the values of a status line from a snapshot and its view.
OUSAGE_DECL StatusView status_view(ollama::Snapshot const& snapshot, View const& view);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/status_view.hpp>
#endif
