#pragma once

#include <ousage/ollama/assembly/account_log.hpp>
#include <ousage/ollama/assembly/detail/account_sources.hpp>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL Source<ServerLog>
account_log(Account const& account, Configuration const& configuration, LogObserver observer) {
    return detail::log_of(account, configuration, observer);
}

} // namespace OUSAGE_NAMESPACE::ollama
