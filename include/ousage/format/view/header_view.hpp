#pragma once

#include <ousage/config.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/format/view/view_context.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <optional>
#include <string>

namespace OUSAGE_NAMESPACE {

/// Whether a server responds.
enum class ServerState {
    up,        ///< it responded
    down,      ///< it did not
    forbidden, ///< it needs credentials
    none,      ///< the account has no server, or it was not queried
};

/// Which server this is, whether it responds, and how old the view is.
struct HeaderView {
    std::string account;                   ///< id, if there are several
    ServerState state = ServerState::none; ///< see `ServerState`
    std::string title;                     ///< `Ollama 0.33.1`
    std::string server;                    ///< `host:port`
    Field status;                          ///< `up, 12 ms`
    Field sentence;       ///< shown instead of title, server and status, unless the server is up
    std::string date;     ///< of the snapshot, `2026-11-20`, local
    std::string time;     ///< of the snapshot, `16:04:05`, local
    std::string interval; ///< `every 30 s`
};

/// Derives the header of a view.
OUSAGE_DECL HeaderView header_view(ollama::Snapshot const& snapshot, ViewContext const& context);

/// Returns since when the server has been down, for `ViewContext::down_since`: `earlier`, which is
/// that of the previous snapshot, or the time of this one. Empty if the server is not down.
OUSAGE_DECL std::optional<Timestamp>
down_since(ollama::Snapshot const& snapshot, std::optional<Timestamp> earlier);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/header_view.hpp>
#endif
