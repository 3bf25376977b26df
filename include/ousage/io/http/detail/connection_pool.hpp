#pragma once

#include <ousage/config.hpp>
#include <ousage/io/http/detail/connection.hpp>
#include <ousage/io/http/detail/request_slots.hpp>
#include <ousage/io/platform/descriptor_limit.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution_context.hpp>
#include <asio/query.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io::detail {

class ConnectionsOfContext;

// An open connection without a request in progress.
struct IdleConnection {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
    std::shared_ptr<void> counted; // its copies are counted in ConnectionsOfContext
};

// What one client uses in one execution context: a socket or a timer of one context never serves
// another, because the other may run on another thread, or may be the only one that runs.
struct ContextConnections {
    ContextConnections(std::size_t parallel, ConnectionsOfContext& in_service)
        : slots(parallel), service(in_service) {}

    RequestSlots slots;
    std::vector<IdleConnection> idle; // oldest first
    // Used only by requests in progress, which end before the context is destroyed.
    ConnectionsOfContext& service;
};

// The connections of one client, by context. The mutex protects the map and every idle list.
struct SharedConnections {
    std::mutex mutex;
    std::map<asio::execution_context const*, std::shared_ptr<ContextConnections>> contexts;
};

// A client may outlive the io_context of its connections, but a socket may not. This service of the
// context closes the idle connections when the context is destroyed. It also limits the number of
// idle connections of all clients, because a program may have thousands of clients, and their age.
// There is no timer, which would keep the context running: both are checked at each request.
class ConnectionsOfContext : public asio::execution_context::service {
public:
    using key_type = ConnectionsOfContext;
    using Clock = std::chrono::steady_clock;

    // Servers close idle connections after a time of their own, often 65 to 75 s. A request that is
    // sent at that moment fails.
    static constexpr auto idle_time = std::chrono::seconds(60);

    static inline asio::execution_context::id id;

    explicit ConnectionsOfContext(asio::execution_context& context) : service(context) {}

    void watch(std::shared_ptr<SharedConnections> const& connections) {
        auto const lock = std::lock_guard(mutex_);
        std::erase_if(watched_, [](auto const& other) { return other.expired(); });
        watched_.push_back(connections);
    }

    // What each idle connection holds to be counted.
    std::shared_ptr<void> counted() const { return counted_; }

    // Returns the number of idle connections.
    std::size_t idle() const { return static_cast<std::size_t>(counted_.use_count()) - 1; }

    // Returns the maximum of idle connections: a quarter of the descriptors.
    std::size_t limit() const noexcept { return limit_; }

    // Closes connections that have been idle for too long or, if there are too many, for longest.
    // Takes time only once a second, and if there are too many. No lock of a client may be held.
    void trim(Clock::time_point now) {
        auto watched = std::vector<std::weak_ptr<SharedConnections>>{};
        {
            auto const lock = std::lock_guard(mutex_);
            if (now - trimmed_ < std::chrono::seconds(1) && idle() <= limit_) {
                return;
            }
            trimmed_ = now;
            watched = watched_;
        }
        close_before(watched, now - idle_time);
        if (idle() > limit_) {
            close_before(watched, newest(watched, limit_ - limit_ / 4));
        }
    }

private:
    // Calls `function(idle)` with the idle connections of each client, under the client's lock.
    template <class Function>
    void for_each_client(
        std::vector<std::weak_ptr<SharedConnections>> const& watched, Function function) {
        for (auto const& weak : watched) {
            if (auto const connections = weak.lock()) {
                auto const lock = std::lock_guard(connections->mutex);
                auto const found = connections->contexts.find(&context());
                if (found != connections->contexts.end()) {
                    function(found->second->idle);
                }
            }
        }
    }

    // Closes the connections that are idle since `time` or longer.
    void close_before(
        std::vector<std::weak_ptr<SharedConnections>> const& watched, Clock::time_point time) {
        for_each_client(watched, [time](std::vector<IdleConnection>& idle) {
            std::erase_if(idle, [time](IdleConnection const& one) { return one.since <= time; });
        });
    }

    // Returns the time before which connections must be closed to keep about `count` of them.
    Clock::time_point
    newest(std::vector<std::weak_ptr<SharedConnections>> const& watched, std::size_t count) {
        auto times = std::vector<Clock::time_point>{};
        for_each_client(watched, [&times](std::vector<IdleConnection> const& idle) {
            for (auto const& one : idle) {
                times.push_back(one.since);
            }
        });
        if (times.size() <= count) {
            return Clock::time_point::min();
        }
        auto const last = times.end() - static_cast<std::ptrdiff_t>(count) - 1;
        std::nth_element(times.begin(), last, times.end());
        return *last;
    }

    void shutdown() noexcept override {
        auto watched = std::vector<std::weak_ptr<SharedConnections>>{};
        {
            auto const lock = std::lock_guard(mutex_);
            watched.swap(watched_);
        }
        for (auto const& weak : watched) {
            if (auto const connections = weak.lock()) {
                auto const lock = std::lock_guard(connections->mutex);
                auto const found = connections->contexts.find(&context());
                if (found != connections->contexts.end()) {
                    found->second->idle.clear();
                    connections->contexts.erase(found);
                }
            }
        }
    }

    std::shared_ptr<void> counted_ = std::make_shared<char>();
    std::size_t limit_ = std::max<std::size_t>(descriptor_limit() / 4, 4);
    std::mutex mutex_;
    std::vector<std::weak_ptr<SharedConnections>> watched_;
    Clock::time_point trimmed_;
};

// The idle connections and the slots of one client, for each io_context. Idle connections are
// closed when their io_context is destroyed. Thread-safe, but the slots of one context are not.
class ConnectionPool {
public:
    explicit ConnectionPool(std::size_t parallel) : parallel_(parallel) {}

    ConnectionPool(ConnectionPool const&) = delete;
    ConnectionPool& operator=(ConnectionPool const&) = delete;

    // Closes the connections under the lock, so that a context that is being destroyed waits.
    ~ConnectionPool() {
        auto const lock = std::lock_guard(shared_->mutex);
        shared_->contexts.clear();
    }

    // Returns what the client uses in the context of `executor`.
    std::shared_ptr<ContextConnections> in(asio::any_io_executor const& executor) {
        auto& context = asio::query(executor, asio::execution::context);
        auto& service = asio::use_service<ConnectionsOfContext>(context);
        auto const lock = std::lock_guard(shared_->mutex);
        auto& found = shared_->contexts[&context];
        if (!found) {
            found = std::make_shared<ContextConnections>(parallel_, service);
            service.watch(shared_);
        }
        return found;
    }

    // Returns an idle connection, or null if there is none. Closes connections that are idle for
    // too long, or on which the server has closed or has sent bytes that belong to no request.
    std::unique_ptr<Connection> take(ContextConnections& from) {
        auto const now = ConnectionsOfContext::Clock::now();
        auto const lock = std::lock_guard(shared_->mutex);
        while (!from.idle.empty()) {
            auto idle = std::move(from.idle.back());
            from.idle.pop_back();
            auto const is_young = now - idle.since < ConnectionsOfContext::idle_time;
            if (is_young && idle.connection->is_quiet()) {
                return std::move(idle.connection);
            }
        }
        return nullptr;
    }

    // Keeps a connection for the next request in the same context.
    void keep(ContextConnections& in, std::unique_ptr<Connection> connection) {
        auto const now = ConnectionsOfContext::Clock::now();
        {
            auto const lock = std::lock_guard(shared_->mutex);
            in.idle.push_back({std::move(connection), now, in.service.counted()});
        }
        in.service.trim(now);
    }

private:
    std::shared_ptr<SharedConnections> shared_ = std::make_shared<SharedConnections>();
    std::size_t parallel_;
};

} // namespace OUSAGE_NAMESPACE::io::detail
