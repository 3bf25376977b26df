#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

namespace OUSAGE_NAMESPACE::ollama {

/// Creates the source of an account's log alone, as `snapshot` would read it, without a deadline:
/// the journal or standard input if the account names them, else files. It is skipped if the
/// account has no log or, without a named one, if its server is on another machine.
OUSAGE_DECL Source<ServerLog>
account_log(Account const& account, Configuration const& configuration, LogObserver observer = {});

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/account_log.hpp>
#endif
