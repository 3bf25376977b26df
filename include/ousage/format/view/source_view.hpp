#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/format/view/view_context.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// How one source ended.
struct SourceRow {
    std::string name;     ///< `api`, `log`, `desktop`, `config`, `cloud`, `gpu`, `runners`
    Field result;         ///< its duration, `12 ms`, or its state
    std::string reason;   ///< what failed, or why it is absent; empty on success
    bool is_late = false; ///< its deadline passed, perhaps after a part of it had responded
};

/// All sources.
struct SourceView {
    std::vector<SourceRow> rows; ///< in the order of the snapshot
};

/// Returns the short name of a source: `api` is `local_api`. Other names are not changed.
OUSAGE_DECL std::string short_source_name(std::string_view name);

/// Returns whether the deadline of a source passed, perhaps after a part of it had responded.
OUSAGE_DECL bool is_late(ollama::Snapshot const& snapshot, std::string_view source);

/// Derives the section `Sources`. A source that failed, also in part, whose values are stale, or
/// whose log stopped growing, is a notice.
OUSAGE_DECL SourceView source_view(ollama::Snapshot const& snapshot, ViewContext const& context);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/source_view.hpp>
#endif
