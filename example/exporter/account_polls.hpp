#pragma once

#include "example/exporter/exporter_target.hpp"

#include <asio/awaitable.hpp>

#include <memory>

namespace ousage::program {

/// Polls one account after another forever, each whenever its last poll is older than its
/// `poll_interval`, also if a probe polled it. The own server is not polled. Several of these
/// coroutines share the accounts. Accounts that a reload adds are polled within a second. Ends on
/// cancellation.
asio::awaitable<void> poll_accounts(std::shared_ptr<Targets> targets);

} // namespace ousage::program
