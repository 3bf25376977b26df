#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/format/view/view_context.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <optional>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// One limit of the cloud account.
struct QuotaRow {
    std::string label;           ///< `5 h`, `24 h`, `week`, `month`, `included`, `purchased`
    std::optional<double> share; ///< used, 0 to 1
    Field used;                  ///< `31 %`
    std::string amount;          ///< of a balance, `$3.20 of $20.00`, `$25.00 left ?2 h`
    std::string resets;          ///< `resets in 2 h 10 min`
};

/// The limits of the cloud account.
struct QuotaView {
    std::string plan;           ///< `pro`
    std::vector<QuotaRow> rows; ///< the shortest window first, then the balances
};

/// Derives the section `Quota`. More than 75 % used is a notice, more than 90 % a warning.
OUSAGE_DECL QuotaView quota_view(ollama::Snapshot const& snapshot, ViewContext const& context);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/quota_view.hpp>
#endif
