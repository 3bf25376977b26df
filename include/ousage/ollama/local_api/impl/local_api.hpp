#pragma once

#include <ousage/core/attempt.hpp>
#include <ousage/core/gather.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/local_api/detail/local_api_parts.hpp>
#include <ousage/ollama/local_api/local_api_memory.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline asio::awaitable<void>
collect_local_api(std::shared_ptr<LocalApiMemory> memory, Outcome<LocalApi>& into) {
    auto works = std::vector<asio::awaitable<void>>{};
    works.push_back(attempt("version", ask_version(memory->client, into), into));
    works.push_back(attempt("account", ask_account(*memory, into), into));
    works.push_back(attempt("tags", ask_models(*memory, into), into));
    works.push_back(attempt("ps", ask_loaded_models(memory->client, into), into));
    co_await gather(std::move(works));
    unite_failures(into);
}

} // namespace detail

OUSAGE_DECL Source<LocalApi> local_api(std::shared_ptr<LocalApiMemory> memory) {
    auto collect = [memory = std::move(memory)](Outcome<LocalApi>& into) {
        return detail::collect_local_api(memory, into);
    };
    return Source<LocalApi>(std::move(collect));
}

OUSAGE_DECL Source<LocalApi> local_api(io::Url base) {
    return local_api(std::make_shared<LocalApiMemory>(std::move(base)));
}

} // namespace OUSAGE_NAMESPACE::ollama
