#pragma once

#include "example/exporter/client_guard.hpp"
#include "example/exporter/request_watch.hpp"

#include <asio/any_io_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace ousage::program {

/// A socket type for RESTinio, plain or TLS, registered with a ClientGuard. It works around three
/// limitations of RESTinio 0.6:
/// - It responds to invalid requests, because RESTinio closes the connection without a response.
/// - It passes on one request at a time, after the response to the previous one, because RESTinio
///   drops responses if the client pipelines requests or half-closes the connection.
/// - A client that disconnects before it is accepted causes no exception, because RESTinio would
///   lose one of its accept slots.
class GuardedSocket {
public:
    using executor_type = asio::any_io_executor;

    /// Called once with the outcome and the number of bytes.
    using Handler = std::function<void(std::error_code, std::size_t)>;

    GuardedSocket(asio::io_context& context, std::shared_ptr<ClientGuard> guard)
        : context_(&context), guard_(std::move(guard)) {}

    /// A moved-from object can accept another connection.
    GuardedSocket(GuardedSocket&& other) noexcept
        : context_(other.context_), guard_(other.guard_), state_(std::move(other.state_)) {}

    GuardedSocket& operator=(GuardedSocket&&) = delete;

    executor_type get_executor() { return state().socket.get_executor(); }

    /// Returns the socket to accept into.
    auto& lowest_layer() { return state().socket; }

    bool is_open() const { return state_ && state_->socket.is_open(); }

    template <class... Arguments>
    void cancel(Arguments&&... arguments) {
        state().socket.cancel(std::forward<Arguments>(arguments)...);
        state().cancel_read();
    }

    template <class... Arguments>
    void shutdown(Arguments&&... arguments) {
        state().socket.shutdown(std::forward<Arguments>(arguments)...);
    }

    void close() { state().close(); }

    /// Registers the connection with its number, not 0, and does the TLS handshake, if any.
    void start(std::uint64_t number, std::function<void(std::error_code)> then) {
        state().start(number, std::move(then));
    }

    /// At most one at a time.
    void async_read_some(asio::mutable_buffer const& buffer, Handler then) {
        state().read(buffer, std::move(then));
    }

    /// At most one at a time.
    template <class Buffers, class Then>
    void async_write_some(Buffers const& buffers, Then&& then) {
        auto& at = state();
        at.is_writing = true;
        auto done = [&at, then = std::forward<Then>(then)](
                        std::error_code error, std::size_t count) mutable {
            at.is_writing = false;
            // The handler may start the next write.
            then(error, count);
            at.resume();
        };
        if (at.tls) {
            at.tls->async_write_some(buffers, std::move(done));
        } else {
            at.socket.async_write_some(buffers, std::move(done));
        }
    }

private:
    // Does not throw if the client disconnected before it was accepted and so has no endpoint.
    struct Socket : asio::ip::tcp::socket {
        using asio::ip::tcp::socket::socket;

        endpoint_type remote_endpoint() const {
            auto ignored = std::error_code();
            return asio::ip::tcp::socket::remote_endpoint(ignored);
        }
    };

    struct State final : ClientGuard::Client {
        State(asio::io_context& context, std::shared_ptr<ClientGuard> its_guard)
            : socket(context), guard(std::move(its_guard)) {}

        ~State() { guard->remove(*this); }

        void start(std::uint64_t number, std::function<void(std::error_code)> then);
        void read(asio::mutable_buffer const& buffer, Handler then);
        void read_now(Handler then);
        void after_read(std::error_code error, std::size_t count, Handler& then);
        void refuse(Handler then);
        void drain(Handler then);
        void resume();
        void cancel_read();
        void close() override;
        void response_sent() override;

        Socket socket;
        std::shared_ptr<ClientGuard> guard;
        std::shared_ptr<asio::ssl::context> tls_context;
        std::optional<asio::ssl::stream<Socket&>> tls;
        RequestWatch watch;
        asio::mutable_buffer into; // the buffer of the pending read
        Handler pending_read;      // starts after the response to the last request
        std::string unread;        // bytes received after the last request
        std::size_t drained = 0;
        int refusal = 0;
        bool is_writing = false;
        bool has_request = false; // a request has no response yet
    };

    State& state() {
        if (!state_) {
            state_ = std::make_unique<State>(*context_, guard_);
        }
        return *state_;
    }

    asio::io_context* context_;
    std::shared_ptr<ClientGuard> guard_;
    std::unique_ptr<State> state_;
};

} // namespace ousage::program
