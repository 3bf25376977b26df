#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/io/platform/local_host.hpp>
#include <ousage/ollama/assembly/detail/account_sources.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/gpu.hpp>
#include <ousage/ollama/runners.hpp>

#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns why this machine is not observed for the account, such as that its server is another
// machine. Empty if it is.
inline std::string remote_reason(Account const& account) {
    if (!account.observes_machine) {
        return "not observed";
    }
    if (!account.base_url) {
        return "the account has no server";
    }
    auto const& host = account.base_url->host;
    return host.empty() || io::is_local_host(host) ? std::string{}
                                                   : "the server is another machine";
}

// Creates the source of this machine's GPUs. It is skipped if the server is another machine.
inline Source<GpuState> gpu_of(Account const& account) {
    auto reason = remote_reason(account);
    return reason.empty() ? gpu() : skipped_source<GpuState>(std::move(reason));
}

// Creates the source of this machine's engine processes. It is skipped if the server is another
// machine.
inline Source<RunnerState> runners_of(Account const& account) {
    auto reason = remote_reason(account);
    auto system = RunnerSystem{};
    system.query_slots = account.runner_slots;
    return reason.empty() ? runners(std::move(system))
                          : skipped_source<RunnerState>(std::move(reason));
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
