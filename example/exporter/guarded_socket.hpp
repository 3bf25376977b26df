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

/// A connection as RESTinio takes it, plain or TLS, that a ClientGuard watches over. It answers
/// what is no request of ours, for RESTinio only hangs up then; hands on one request at a time,
/// when the one before has its answer, for RESTinio 0.6 drops answers of a client that sends many
/// at once or half-closes; and is not put off by a client that went before it was accepted, which
/// costs RESTinio a slot for each.
class GuardedSocket {
public:
    using executor_type = asio::any_io_executor;

    /// Called once with the outcome and the number of bytes.
    using Handler = std::function<void(std::error_code, std::size_t)>;

    GuardedSocket(asio::io_context& context, std::shared_ptr<ClientGuard> guard)
        : context_(&context), guard_(std::move(guard)) {}

    /// What was moved from can accept another connection.
    GuardedSocket(GuardedSocket&& other) noexcept
        : context_(other.context_), guard_(other.guard_), state_(std::move(other.state_)) {}

    GuardedSocket& operator=(GuardedSocket&&) = delete;

    executor_type get_executor() { return state().socket.get_executor(); }

    /// The socket that is to be accepted on.
    auto& lowest_layer() { return state().socket; }

    bool is_open() const { return state_ && state_->socket.is_open(); }

    template <class... Arguments>
    void cancel(Arguments&&... arguments) {
        state().socket.cancel(std::forward<Arguments>(arguments)...);
        state().give_up();
    }

    template <class... Arguments>
    void shutdown(Arguments&&... arguments) {
        state().socket.shutdown(std::forward<Arguments>(arguments)...);
    }

    void close() { state().drop(); }

    /// The connection gets its number, not 0, and the TLS handshake, where there is one.
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
        at.writing = true;
        auto done = [&at, then = std::forward<Then>(then)](
                        std::error_code error, std::size_t count) mutable {
            at.writing = false;
            // It may write more, or be done with this connection but for what we hold.
            then(error, count);
            at.go_on();
        };
        if (at.tls) {
            at.tls->async_write_some(buffers, std::move(done));
        } else {
            at.socket.async_write_some(buffers, std::move(done));
        }
    }

private:
    // Who has gone before he was accepted has no endpoint, and that is no reason to throw.
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

        ~State() { guard->leave(*this); }

        void start(std::uint64_t number, std::function<void(std::error_code)> then);
        void read(asio::mutable_buffer const& buffer, Handler then);
        void read_now(Handler then);
        void after_read(std::error_code error, std::size_t count, Handler& then);
        void refuse(Handler then);
        void drain(Handler then);
        void go_on();
        void give_up();
        void drop() override;
        void answered() override;

        Socket socket;
        std::shared_ptr<ClientGuard> guard;
        std::shared_ptr<asio::ssl::context> tls_context;
        std::optional<asio::ssl::stream<Socket&>> tls;
        RequestWatch watch;
        asio::mutable_buffer into; // of the read under way
        Handler waiting;           // for the last answer, to read on
        std::string held;          // what came behind the last request
        std::size_t drained = 0;
        int refusal = 0;
        bool writing = false, asked = false; // asked: there is a request without an answer
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
