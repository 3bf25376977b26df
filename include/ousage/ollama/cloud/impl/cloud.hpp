#pragma once

#include <ousage/core/offload.hpp>
#include <ousage/io/http/loopback.hpp>
#include <ousage/io/http/proxy.hpp>
#include <ousage/ollama/cloud.hpp>
#include <ousage/ollama/cloud/cloud_memory.hpp>
#include <ousage/ollama/cloud/detail/cloud_round.hpp>

#include <memory>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline asio::awaitable<void>
collect_cloud(std::shared_ptr<CloudMemory> memory, Outcome<Cloud>& into) {
    auto const secrets = read_secrets(memory->access);
    auto const& base = memory->client.base();
    if (secrets.key.empty() && secrets.cookie.empty()) {
        into.skipped(shown_name(memory->access.key_variable) + " is not set");
        co_return;
    }
    if (base.scheme != "https" && !io::is_loopback(base.host)) {
        into.fail(
            {}, Errc::configuration,
            "a key is sent over https alone, or to this machine; not to " + io::to_string(base));
        co_return;
    }
    auto proxy = io::proxy_for(base, memory->access.environment);
    if (!proxy) {
        into.fail({}, proxy.failure());
        co_return;
    }
    memory->client.use_proxy(std::move(*proxy));
    auto const now_ms = memory->access.clock().time_since_epoch().count();
    auto const mark = mark_of(secrets.key, secrets.cookie);
    if (memory->last && holds(*memory->last, mark, now_ms)) {
        recall(*memory->last, now_ms, into);
        co_return;
    }
    memory->last = begin_round(memory->last, mark, now_ms);
    if (auto const file = state_file(memory->access)) {
        auto work = [path = *file, mark, now_ms](std::stop_token) {
            return claim(path, mark, now_ms);
        };
        auto const other = co_await offload(std::move(work));
        if (other) {
            memory->last = *other;
            recall(*other, now_ms, into);
            co_return;
        }
    }
    co_await ask_round(*memory, secrets, into);
}

} // namespace detail

OUSAGE_DECL Source<Cloud> cloud(std::shared_ptr<CloudMemory> memory) {
    auto collect = [memory = std::move(memory)](Outcome<Cloud>& into) {
        return detail::collect_cloud(memory, into);
    };
    return Source<Cloud>(std::move(collect));
}

OUSAGE_DECL Source<Cloud> cloud(CloudAccess access) {
    return cloud(std::make_shared<CloudMemory>(std::move(access)));
}

} // namespace OUSAGE_NAMESPACE::ollama
