#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/gpu_view.hpp>
#include <ousage/format/view/header_view.hpp>
#include <ousage/format/view/history_view.hpp>
#include <ousage/format/view/loaded_view.hpp>
#include <ousage/format/view/model_view.hpp>
#include <ousage/format/view/quota_view.hpp>
#include <ousage/format/view/request_view.hpp>
#include <ousage/format/view/source_view.hpp>
#include <ousage/format/view/token_view.hpp>
#include <ousage/format/view/view_context.hpp>
#include <ousage/ollama/snapshot.hpp>

namespace OUSAGE_NAMESPACE {

/// What people see of one account, in the order in which they look for it: texts with units,
/// severities, and marks of estimates and stale values. Every text is a result of `display_text`.
/// A section without data is empty; `sources` contains the reason.
struct View {
    HeaderView header;    ///< is it up, which version, how old is this view
    LoadedView loaded;    ///< models in memory
    GpuView gpu;          ///< GPUs of this machine
    TokenView tokens;     ///< tokens and speed
    RequestView requests; ///< requests, errors and latencies
    QuotaView quota;      ///< limits of the cloud account
    SourceView sources;   ///< what could not be read, and why
    HistoryView history;  ///< the last days
    ModelView models;     ///< models of the server
};

/// Derives the view of a snapshot.
OUSAGE_DECL View make_view(ollama::Snapshot const& snapshot, ViewContext const& context = {});

/// Returns the highest severity of all values in a view.
OUSAGE_DECL Severity severity_of(View const& view);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/impl/view.hpp>
#endif
