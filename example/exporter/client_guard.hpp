#pragma once

#include <asio/io_context.hpp>
#include <asio/ssl/context.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <unordered_map>
#include <utility>

namespace ousage::program {

/// Limits the connections of a server and the time of each handshake and request. Closes
/// connections that exceed the time and, if there are too many, the one that has been waited for
/// longest. Used on one thread.
class ClientGuard {
public:
    /// One connection.
    class Client {
    public:
        Client() = default;
        Client(Client const&) = delete;
        Client& operator=(Client const&) = delete;

    protected:
        ~Client() = default;

    private:
        friend ClientGuard;
        /// Closes the connection at once. Pending operations complete with an error.
        virtual void close() = 0;

        /// Called after the response to one of its requests was passed to the server.
        virtual void response_sent() = 0;

        std::uint64_t number_ = 0;
        std::list<Client*>::iterator position_;
        std::chrono::steady_clock::time_point start_;
        bool has_deadline_ = false;
    };

    /// Returns the TLS context of a new connection; null for plain HTTP.
    using Tls = std::function<std::shared_ptr<asio::ssl::context>()>;

    /// Allows `limit` connections and `timeout` for each handshake and each request.
    ClientGuard(
        asio::io_context& context, std::size_t limit, std::chrono::steady_clock::duration timeout,
        Tls tls)
        : timer_(context), limit_(limit), timeout_(timeout), tls_(std::move(tls)) {}

    /// Registers a connection with its number, not 0. Closes another one if there are too many.
    void add(Client& client, std::uint64_t number);

    /// Unregisters a connection.
    void remove(Client& client);

    /// Starts the deadline of a connection, unless it is running.
    void start_deadline(Client& client);

    /// Stops the deadline of a connection.
    void stop_deadline(Client& client);

    /// Notifies the connection of that number, if it is registered.
    void response_sent(std::uint64_t number) const;

    /// Returns the TLS context of a new connection; null for plain HTTP.
    std::shared_ptr<asio::ssl::context> tls() const { return tls_(); }

private:
    void set_timer();

    asio::steady_timer timer_;
    std::size_t limit_;
    std::chrono::steady_clock::duration timeout_;
    Tls tls_;
    std::list<Client*> waiting_; // connections with a deadline, the earliest first
    std::list<Client*> spare_;   // list nodes for reuse
    std::unordered_map<std::uint64_t, Client*> clients_;
    bool is_timer_set_ = false;
};

} // namespace ousage::program
