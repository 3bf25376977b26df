#include "example/exporter/account_polls.hpp"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace ousage::program {

namespace {

using Wait = std::chrono::duration<double>;

// Returns the time until the next poll of a target; negative if it is late.
Wait wait_of(Target const& target) {
    auto const age = Wait(target.age());
    auto const interval = Wait(target.account().poll_interval);
    return target.polls() == 0 ? -age : interval - age;
}

// Returns the target whose poll is due for longest, or nothing. Sets `wait` to the time until then.
std::shared_ptr<Target> due_target(Targets const& targets, Wait& wait) {
    auto found = std::shared_ptr<Target>();
    auto const& configured = targets.configured();
    wait = std::chrono::seconds(1);
    for (std::size_t index = 1; index < configured.size(); ++index) {
        auto const& target = configured[index];
        auto const time = wait_of(*target);
        if (!target->is_polling() && time < wait) {
            wait = time;
            found = time <= Wait(0) ? target : nullptr;
        }
    }
    return found;
}

} // namespace

asio::awaitable<void> poll_accounts(std::shared_ptr<Targets> targets) {
    auto const executor = co_await asio::this_coro::executor;
    auto timer = asio::steady_timer(executor);
    for (;;) {
        auto wait = Wait();
        auto const target = due_target(*targets, wait);
        if (target) {
            co_await target->poll_regularly();
            continue;
        }
        wait = std::max(wait, Wait(0.02));
        timer.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(wait));
        co_await timer.async_wait(asio::use_awaitable);
    }
}

} // namespace ousage::program
