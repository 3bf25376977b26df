#pragma once

#include <ousage/config.hpp>
#include <ousage/io/http/detail/connection.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/execution_context.hpp>
#include <asio/query.hpp>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::io::detail {

// Open connections without a request in progress.
using IdleConnections = std::vector<std::unique_ptr<Connection>>;

// A client may outlive the io_context of its connections, but a socket may not. This service of the
// context closes the idle connections when the context is destroyed.
class IdleConnectionsOfContext : public asio::execution_context::service {
public:
    using key_type = IdleConnectionsOfContext;
    static inline asio::execution_context::id id;

    explicit IdleConnectionsOfContext(asio::execution_context& context) : service(context) {}

    void watch(std::shared_ptr<IdleConnections> const& idle) {
        std::erase_if(watched_, [](auto const& other) { return other.expired(); });
        watched_.push_back(idle);
    }

private:
    void shutdown() noexcept override {
        for (auto const& weak : watched_) {
            if (auto const idle = weak.lock()) {
                idle->clear();
            }
        }
    }

    std::vector<std::weak_ptr<IdleConnections>> watched_;
};

// The idle connections of one client. They are closed when their io_context is destroyed.
class ConnectionPool {
public:
    // Returns an idle connection, or null if there is none.
    std::unique_ptr<Connection> take() {
        if (idle_->empty()) {
            return nullptr;
        }
        auto connection = std::move(idle_->back());
        idle_->pop_back();
        return connection;
    }

    // Keeps a connection for the next request. It belongs to the context of `executor`.
    void keep(std::unique_ptr<Connection> connection, asio::any_io_executor const& executor) {
        if (idle_->empty()) {
            auto& context = asio::query(executor, asio::execution::context);
            asio::use_service<IdleConnectionsOfContext>(context).watch(idle_);
        }
        idle_->push_back(std::move(connection));
    }

private:
    std::shared_ptr<IdleConnections> idle_ = std::make_shared<IdleConnections>();
};

} // namespace OUSAGE_NAMESPACE::io::detail
