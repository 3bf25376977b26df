#pragma once

#include <ousage/core/asio.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/testing/loopback_acceptor.hpp>
#include <ousage/testing/scripted_reply.hpp>

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <utility>
#include <vector>

// A namespace of its own for tests, without the options of the library.
namespace ousage::test {

/// An HTTP server on loopback that follows a script: for each `METHOD /target`, sends the replies
/// in order and repeats the last one for further requests. Runs on the test's io_context.
class ScriptedPeer {
public:
    /// Starts listening on a free port.
    explicit ScriptedPeer(asio::io_context& context)
        : state_(std::make_shared<State>(context.get_executor())) {
        asio::co_spawn(context, accept(state_), asio::detached);
    }

    ScriptedPeer(ScriptedPeer const&) = delete;
    ScriptedPeer& operator=(ScriptedPeer const&) = delete;

    ~ScriptedPeer() { stop(); }

    /// Adds a reply for `METHOD /target`.
    ScriptedPeer& on(std::string const& line, Reply reply) {
        state_->script[line].push_back(std::move(reply));
        return *this;
    }

    /// Replaces the replies for `METHOD /target` with one reply.
    ScriptedPeer& only(std::string const& line, Reply reply) {
        state_->script[line].assign(1, std::move(reply));
        state_->counts[line] = 0;
        return *this;
    }

    /// Sends all held replies, and future ones immediately.
    void release() {
        state_->released = true;
        state_->gate.cancel();
    }

    /// Stops listening and closes every connection, so that the io_context runs out of work.
    void stop() {
        state_->acceptor.stop();
        release();
    }

    /// Returns `http://127.0.0.1:PORT`.
    io::Url url() const { return {"http", "127.0.0.1", std::to_string(port()), ""}; }

    /// Returns the port.
    unsigned short port() const { return state_->acceptor.port(); }

    /// Returns the number of requests for `METHOD /target`.
    std::size_t count(std::string const& line) const {
        auto const found = state_->counts.find(line);
        return found == state_->counts.end() ? 0 : found->second;
    }

    /// Returns the complete requests, in the order received.
    std::vector<std::string> const& requests() const { return state_->requests; }

    /// Returns the number of accepted connections.
    std::size_t connections() const { return state_->connections; }

    /// Return the current and the maximum number of requests without a complete reply.
    std::size_t at_once() const { return state_->at_once; }

    std::size_t most_at_once() const { return state_->most_at_once; }

    /// Returns the unused replies and the requests that are not in the script; empty if the test
    /// used the script completely.
    std::string unused() const {
        auto text = std::string{};
        for (auto const& [line, replies] : state_->script) {
            if (count(line) < replies.size()) {
                text += line + " requested " + std::to_string(count(line)) + " times of " +
                        std::to_string(replies.size()) + "; ";
            }
        }
        for (auto const& [line, ignored] : state_->counts) {
            text += state_->script.contains(line) ? "" : line + " is not scripted; ";
        }
        return text;
    }

private:
    using Socket = LoopbackAcceptor::Socket;

    struct State {
        explicit State(asio::any_io_executor const& executor)
            : acceptor(executor), gate(executor, asio::steady_timer::time_point::max()) {}

        LoopbackAcceptor acceptor;
        asio::steady_timer gate;
        std::map<std::string, std::vector<Reply>> script;
        std::map<std::string, std::size_t> counts;
        std::vector<std::string> requests;
        std::size_t connections = 0, at_once = 0, most_at_once = 0;
        bool released = false;
    };

    using Shared = std::shared_ptr<State>;

    static asio::awaitable<void> accept(Shared state) {
        for (;;) {
            auto socket = co_await state->acceptor.accept();
            if (!socket) {
                co_return;
            }
            auto const executor = state->acceptor.get_executor();
            ++state->connections;
            auto work = serve(state, std::move(socket));
            asio::co_spawn(executor, std::move(work), asio::detached);
        }
    }

    static asio::awaitable<void> serve(Shared state, std::shared_ptr<Socket> socket) {
        auto bytes = std::string{};
        for (;;) {
            auto buffer = asio::dynamic_buffer(bytes);
            auto [error, head] = co_await asio::async_read_until(
                *socket, buffer, "\r\n\r\n", ousage::as_tuple(asio::use_awaitable));
            if (error) {
                co_return;
            }
            auto const length = bytes.find("Content-Length: ");
            auto const body =
                length < head ? std::strtoull(bytes.c_str() + length + 16, nullptr, 10) : 0;
            while (bytes.size() < head + body) {
                auto room = asio::dynamic_buffer(bytes);
                auto [cut, count] = co_await asio::async_read(
                    *socket, room, asio::transfer_at_least(1),
                    ousage::as_tuple(asio::use_awaitable));
                if (cut) {
                    co_return;
                }
            }
            auto const line = bytes.substr(0, bytes.find(' ', bytes.find(' ') + 1));
            state->requests.push_back(bytes.substr(0, head + body));
            bytes.erase(0, head + body);
            auto const index = state->counts[line]++;
            auto const found = state->script.find(line);
            auto reply = found == state->script.end()
                             ? json("{\"error\":\"not scripted\"}", "404 Not Found")
                             : found->second[std::min(index, found->second.size() - 1)];
            state->most_at_once = std::max(state->most_at_once, ++state->at_once);
            auto const more = co_await play(*state, *socket, reply);
            --state->at_once;
            if (!more) {
                asio::error_code ignored;
                socket->close(ignored);
                co_return;
            }
        }
    }

    // Sends a reply. Returns true if the connection can be reused.
    static asio::awaitable<bool> play(State& state, Socket& socket, Reply const& reply) {
        if (reply.delivery == Reply::Delivery::drip) {
            co_return co_await drip(socket, reply);
        }
        if (reply.delivery == Reply::Delivery::hold && !state.released) {
            co_await state.gate.async_wait(ousage::as_tuple(asio::use_awaitable));
        }
        auto const sent = co_await send(socket, reply.bytes);
        switch (reply.delivery) {
        case Reply::Delivery::reset: {
            asio::error_code ignored;
            socket.set_option(asio::socket_base::linger(true, 0), ignored);
            co_return false;
        }
        case Reply::Delivery::hang: {
            auto byte = char{};
            auto const room = asio::buffer(&byte, 1);
            co_await socket.async_read_some(room, ousage::as_tuple(asio::use_awaitable));
            co_return false;
        }
        case Reply::Delivery::endless: {
            auto const zeros = std::string(64 * 1024, '0');
            for (std::size_t total = 0; total < reply.bound; total += zeros.size()) {
                auto const more = co_await send(socket, zeros);
                if (!more) {
                    break;
                }
            }
            co_return false;
        }
        case Reply::Delivery::close: co_return false;
        default: co_return sent;
        }
    }

    static asio::awaitable<bool> send(Socket& socket, std::string const& bytes) {
        auto const buffer = asio::buffer(bytes.data(), bytes.size());
        auto [error, count] =
            co_await asio::async_write(socket, buffer, ousage::as_tuple(asio::use_awaitable));
        co_return !error;
    }

    static asio::awaitable<bool> drip(Socket& socket, Reply const& reply) {
        for (auto const character : reply.bytes) {
            auto const byte = std::string(1, character);
            auto timer = asio::steady_timer(socket.get_executor(), reply.interval);
            co_await timer.async_wait(ousage::as_tuple(asio::use_awaitable));
            auto const sent = co_await send(socket, byte);
            if (!sent) {
                co_return false;
            }
        }
        co_return true;
    }

    Shared state_;
};

} // namespace ousage::test
