#pragma once

#include <asio/awaitable.hpp>
#include <asio/ip/address.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

namespace ousage::program::http {

/// A queue for password checks that is fair by client: each waiting client gets one slot in a
/// round, and a client without a check in the last minute comes first. A client is an IPv4 address
/// or an IPv6 network of 64 bits. Used on one thread; must outlive its slots.
class LoginQueue {
public:
    /// Permission to run one check, until it is destroyed. Empty if it was refused.
    class Slot {
    public:
        Slot() = default;

        explicit Slot(LoginQueue& queue) : queue_(&queue) {}

        Slot(Slot&& other) noexcept : queue_(other.queue_) { other.queue_ = nullptr; }

        Slot& operator=(Slot&&) = delete;

        ~Slot() {
            if (queue_ != nullptr) {
                queue_->leave();
            }
        }

        explicit operator bool() const noexcept { return queue_ != nullptr; }

    private:
        LoginQueue* queue_ = nullptr;
    };

    /// Runs `running` checks concurrently, while up to `waiting` wait.
    LoginQueue(std::size_t running, std::size_t waiting);

    LoginQueue(LoginQueue const&) = delete;
    LoginQueue& operator=(LoginQueue const&) = delete;

    /// Waits for a slot. If too many wait, the client with most of them gets an empty slot for its
    /// last one. On cancellation, the slot is empty.
    asio::awaitable<Slot> enter(asio::ip::address client);

    /// Returns the number of waiting checks.
    std::size_t waiting() const noexcept { return waiting_; }

private:
    struct Waiter;

    struct Client {
        std::int64_t round = 0; // in which its next check runs
        std::chrono::steady_clock::time_point seen;
        std::list<std::shared_ptr<Waiter>> waiters;
    };

    Client& register_client(std::string const& key);
    bool make_room(std::string const& key);
    void leave();
    void admit_next();
    void remove(Client& client, std::shared_ptr<Waiter> const& waiter);

    std::size_t running_limit_, waiting_limit_, running_ = 0, waiting_ = 0;
    std::int64_t round_ = 0;
    std::uint64_t arrivals_ = 0;
    std::map<std::string, Client> clients_;
};

} // namespace ousage::program::http
