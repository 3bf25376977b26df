#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <map>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns `3 msgs today, 5 req today, 4 req 5h, 7 req 1d, 2 models`. A part is omitted if its
/// metric is absent.
OUSAGE_DECL std::string derive_message(Metrics const& metrics);

/// Returns the failures by source and part: `local_api_ps_error`, `server_log_timeout`. A rejected
/// API key yields `cloud_auth_failed`, too many requests yield `cloud_rate_limited`.
OUSAGE_DECL std::map<std::string, std::string>
derive_diagnostics(std::vector<Failure> const& failures);

/// Derives the status of an account. AUTH_REQUIRED: auth `api_key` has no key, or the cloud
/// rejected the key and the account has auth `api_key` or no other data. LIMITED: the cloud
/// returned 429 and the account has no server or no other data.
OUSAGE_DECL Status derive_status(
    Outcome<Snapshot> const& outcome, Account const& account,
    std::vector<SourceDescription> const& descriptions);

/// Completes a merged snapshot: account, time, status, message and the diagnostics of all failures.
OUSAGE_DECL void complete_snapshot(
    Outcome<Snapshot>& outcome, Account const& account, Timestamp now,
    std::vector<SourceDescription> const& descriptions);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/derive_status.hpp>
#endif
