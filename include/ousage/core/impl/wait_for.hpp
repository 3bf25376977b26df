#pragma once

#include <ousage/core/detail/wait_for.hpp>

#if OUSAGE_COMPILED
namespace OUSAGE_NAMESPACE::detail {

template asio::awaitable<void>
    wait_for<std::chrono::steady_clock>(std::chrono::steady_clock::duration);

} // namespace OUSAGE_NAMESPACE::detail
#endif
