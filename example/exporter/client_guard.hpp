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

/// Watches over the clients of a server: none takes longer than its patience for a handshake or
/// for a request, and where there are too many, the one that has kept us waiting longest goes.
/// Used on one thread.
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
        /// Closes the connection at once; whatever waits for it ends with an error.
        virtual void drop() = 0;

        /// One of its requests was given its answer.
        virtual void answered() = 0;

        std::uint64_t number_ = 0;
        std::list<Client*>::iterator place_;
        std::chrono::steady_clock::time_point since_;
        bool awaited_ = false;
    };

    /// The context of a new connection's TLS; null for plain HTTP.
    using Tls = std::function<std::shared_ptr<asio::ssl::context>()>;

    /// At most so many connections, and so long for each request.
    ClientGuard(
        asio::io_context& context, std::size_t limit, std::chrono::steady_clock::duration patience,
        Tls tls)
        : timer_(context), limit_(limit), patience_(patience), tls_(std::move(tls)) {}

    /// A new connection and its number, not 0; another one goes for it if there are too many.
    void enter(Client& client, std::uint64_t number);

    /// It is there no more.
    void leave(Client& client);

    /// Its patience begins now, where it does not run already.
    void await(Client& client);

    /// What was awaited has come.
    void settle(Client& client);

    /// Tells the connection of that number, where it is there still.
    void answered(std::uint64_t number) const;

    /// For a new connection; null for plain HTTP.
    std::shared_ptr<asio::ssl::context> tls() const { return tls_(); }

private:
    void watch();

    asio::steady_timer timer_;
    std::size_t limit_;
    std::chrono::steady_clock::duration patience_;
    Tls tls_;
    std::list<Client*> awaited_; // the longest first
    std::list<Client*> spare_;   // nodes for the next ones
    std::unordered_map<std::uint64_t, Client*> clients_;
    bool watching_ = false;
};

} // namespace ousage::program
