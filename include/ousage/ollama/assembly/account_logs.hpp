#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/log/log_location.hpp>
#include <ousage/ollama/model/environment.hpp>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns where the log files of an account are: the files that it names, else its `logs_dir`. If
/// that is the default, Homebrew's log is looked for next (`$HOMEBREW_PREFIX/var/log/ollama.log`).
OUSAGE_DECL LogLocation log_location(Account const& account, Environment const& environment);

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/assembly/impl/account_logs.hpp>
#endif
