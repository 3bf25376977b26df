#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/format/view/view_context.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// Tokens from one source.
struct TokenRow {
    std::string label;         ///< `today`, `app today`, `cloud 24 h`
    std::vector<Field> values; ///< `out 86.3k at 41.2 tok/s`, `2 truncated`
};

/// The tokens of today.
struct TokenView {
    std::vector<TokenRow> rows; ///< the server's, the app's, the cloud's
};

/// Derives the section `Tokens`. Tokens of the desktop app are estimates.
OUSAGE_DECL TokenView token_view(ollama::Snapshot const& snapshot, ViewContext const& context = {});

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/token_view.hpp>
#endif
