#include "example/exporter/http/login_queue.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage::program::http;

// Checks that enter a queue of one slot. Each keeps its slot until the next is admitted.
class Checks {
public:
    explicit Checks(std::size_t waiting) : queue_(1, waiting) {}

    // Starts a check of a client with that name.
    void start(char const* address, std::string name) {
        auto work = run(asio::ip::make_address(address), std::move(name));
        signals_.emplace_back();
        auto const slot = signals_.back().slot();
        asio::co_spawn(
            context_, std::move(work),
            asio::bind_cancellation_slot(
                slot, [](std::exception_ptr const& thrown) { EXPECT_FALSE(thrown); }));
        context_.restart();
        context_.poll();
    }

    void cancel_last() {
        signals_.back().emit(asio::cancellation_type::terminal);
        context_.restart();
        context_.poll();
    }

    // Ends the running check, and then each that is admitted. Returns the names in order.
    std::vector<std::string> finish() {
        while (!slots_.empty()) {
            slots_.pop_front();
            context_.restart();
            context_.poll();
        }
        return admitted;
    }

    std::vector<std::string> admitted, refused;

private:
    asio::awaitable<void> run(asio::ip::address client, std::string name) {
        auto slot = co_await queue_.enter(client);
        if (slot) {
            slots_.push_back(std::move(slot));
            admitted.push_back(name);
        } else {
            refused.push_back(name);
        }
    }

    LoginQueue queue_;
    asio::io_context context_;
    std::list<asio::cancellation_signal> signals_;
    std::list<LoginQueue::Slot> slots_;
};

using Names = std::vector<std::string>;

TEST(LoginQueue, ServesClientsInTurn) {
    auto checks = Checks(100);
    checks.start("10.0.0.1", "a1");
    checks.start("10.0.0.1", "a2");
    checks.start("10.0.0.1", "a3");
    checks.start("10.0.0.1", "a4");
    checks.start("10.0.0.2", "b1");
    checks.start("10.0.0.2", "b2");
    EXPECT_EQ(checks.finish(), (Names{"a1", "b1", "a2", "b2", "a3", "a4"}));
}

TEST(LoginQueue, ServesNewClientBeforeThoseServedRecently) {
    auto checks = Checks(100);
    for (int index = 1; index <= 16; ++index) {
        checks.start(("10.0.0." + std::to_string(index)).c_str(), "first");
    }
    checks.finish();
    checks.admitted.clear();
    for (int index = 1; index <= 16; ++index) {
        checks.start(("10.0.0." + std::to_string(index)).c_str(), "guess");
    }
    checks.start("10.0.0.99", "new");
    auto const order = checks.finish();
    EXPECT_EQ(order.size(), 17u);
    EXPECT_EQ(order[1], "new"); // after the guess that was running
}

TEST(LoginQueue, RefusesLastCheckOfClientWithMost) {
    auto checks = Checks(3);
    checks.start("10.0.0.1", "running");
    checks.start("10.0.0.1", "a1");
    checks.start("10.0.0.1", "a2");
    checks.start("10.0.0.1", "a3");
    checks.start("10.0.0.1", "a4");
    EXPECT_EQ(checks.refused, (Names{"a4"}));
    checks.start("10.0.0.2", "b1");
    EXPECT_EQ(checks.refused, (Names{"a4", "a3"}));
    EXPECT_EQ(checks.finish(), (Names{"running", "b1", "a1", "a2"}));
}

TEST(LoginQueue, NetworkOf64BitsIsOneClient) {
    auto checks = Checks(100);
    checks.start("2001:db8::1", "a1");
    checks.start("2001:db8::2", "a2");
    checks.start("2001:db8::3", "a3");
    checks.start("::ffff:10.0.0.1", "b1");
    checks.start("10.0.0.1", "b2");
    checks.start("2001:db8:0:1::1", "c1");
    EXPECT_EQ(checks.finish(), (Names{"a1", "b1", "c1", "a2", "b2", "a3"}));
}

TEST(LoginQueue, CancelledCheckLeavesQueue) {
    auto checks = Checks(100);
    checks.start("10.0.0.1", "a1");
    checks.start("10.0.0.2", "b1");
    checks.cancel_last();
    EXPECT_EQ(checks.refused, (Names{"b1"}));
    checks.start("10.0.0.3", "c1");
    EXPECT_EQ(checks.finish(), (Names{"a1", "c1"}));
}

} // namespace
