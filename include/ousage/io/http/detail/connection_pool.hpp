#pragma once

#include <ousage/config.hpp>
#include <ousage/io/http/detail/connection.hpp>
#include <ousage/io/http/detail/request_slots.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution_context.hpp>
#include <asio/query.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io::detail {

// What one client uses in one execution context: a socket or a timer of one context never serves
// another, because the other may run on another thread, or may be the only one that runs.
struct ContextConnections {
    explicit ContextConnections(std::size_t parallel) : slots(parallel) {}

    RequestSlots slots;
    std::vector<std::unique_ptr<Connection>> idle; // open, without a request in progress
};

// The connections of one client, by context. The mutex protects the map and every idle list.
struct SharedConnections {
    std::mutex mutex;
    std::map<asio::execution_context const*, std::shared_ptr<ContextConnections>> contexts;
};

// A client may outlive the io_context of its connections, but a socket may not. This service of the
// context closes the idle connections when the context is destroyed.
class ConnectionsOfContext : public asio::execution_context::service {
public:
    using key_type = ConnectionsOfContext;
    static inline asio::execution_context::id id;

    explicit ConnectionsOfContext(asio::execution_context& context) : service(context) {}

    void watch(std::shared_ptr<SharedConnections> const& connections) {
        auto const lock = std::lock_guard(mutex_);
        std::erase_if(watched_, [](auto const& other) { return other.expired(); });
        watched_.push_back(connections);
    }

private:
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

    std::mutex mutex_;
    std::vector<std::weak_ptr<SharedConnections>> watched_;
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
            found = std::make_shared<ContextConnections>(parallel_);
            service.watch(shared_);
        }
        return found;
    }

    // Returns an idle connection, or null if there is none. Closes connections on which the server
    // has closed or has sent bytes that belong to no request.
    std::unique_ptr<Connection> take(ContextConnections& from) {
        auto const lock = std::lock_guard(shared_->mutex);
        while (!from.idle.empty()) {
            auto connection = std::move(from.idle.back());
            from.idle.pop_back();
            if (connection->is_quiet()) {
                return connection;
            }
        }
        return nullptr;
    }

    // Keeps a connection for the next request in the same context.
    void keep(ContextConnections& in, std::unique_ptr<Connection> connection) {
        auto const lock = std::lock_guard(shared_->mutex);
        in.idle.push_back(std::move(connection));
    }

private:
    std::shared_ptr<SharedConnections> shared_ = std::make_shared<SharedConnections>();
    std::size_t parallel_;
};

} // namespace OUSAGE_NAMESPACE::io::detail
