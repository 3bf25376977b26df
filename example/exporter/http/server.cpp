#include "example/exporter/http/server.hpp"

#include "example/exporter/log.hpp"

#include <asio/co_spawn.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

namespace ousage::program::http {

using asio::ip::tcp;

namespace {

// Number of connections that are accepted before the others are served.
constexpr int batch = 256;

// Turns of the event loop in which a connection that may be closed is awaited.
constexpr int settling_attempts = 4;

// The intervals at which deadlines are checked, normally and while closing. Accepting is retried at
// the short one.
constexpr auto check_interval = std::chrono::milliseconds(100);
constexpr auto short_interval = std::chrono::milliseconds(10);

auto into(std::error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

} // namespace

Server::Server(asio::io_context& context, Handler& handler, Limits const& limits, Tls tls)
    : context_(context),
      handler_(handler),
      tls_(std::move(tls)),
      connections_(std::make_shared<Connections>(limits)),
      timer_(context) {}

tcp::endpoint Server::listen(tcp::endpoint const& endpoint, bool dual_stack) {
    auto acceptor = tcp::acceptor(context_);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    if (endpoint.address().is_v6()) {
        acceptor.set_option(asio::ip::v6_only(!dual_stack));
    }
    set_options(acceptor);
    acceptor.bind(endpoint);
    acceptor.listen();
    return start(std::move(acceptor));
}

tcp::endpoint Server::listen_on(int descriptor) {
    auto address = sockaddr_storage();
    auto size = static_cast<socklen_t>(sizeof(address));
    int listens = 0;
    auto length = static_cast<socklen_t>(sizeof(listens));
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0) {
        throw std::system_error(errno, std::system_category());
    }
    auto const is_tcp = address.ss_family == AF_INET || address.ss_family == AF_INET6;
    if (!is_tcp || listens == 0) {
        throw std::system_error(std::make_error_code(std::errc::not_supported), "no TCP listener");
    }
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    auto acceptor = tcp::acceptor(context_);
    acceptor.assign(address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), descriptor);
    set_options(acceptor);
    return start(std::move(acceptor));
}

void Server::set_options(tcp::acceptor& acceptor) const {
    // On Linux, accepted sockets inherit these options.
    acceptor.set_option(asio::socket_base::send_buffer_size(connections_->limits().send_buffer));
    acceptor.set_option(tcp::no_delay(true));
    // The kernel discards what a client has not acknowledged for that long, also after a close.
    using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
    auto const timeout =
        std::chrono::duration_cast<std::chrono::milliseconds>(connections_->limits().write);
    acceptor.set_option(UserTimeout(static_cast<int>(timeout.count())));
}

tcp::endpoint Server::start(tcp::acceptor acceptor) {
    acceptor.non_blocking(true);
    auto& listening = acceptors_.emplace_back(std::move(acceptor));
    auto work = accept(listening);
    asio::co_spawn(context_, std::move(work), [](std::exception_ptr const& thrown) {
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    });
    return listening.local_endpoint();
}

asio::awaitable<void> Server::accept(tcp::acceptor& acceptor) {
    while (acceptor.is_open()) {
        auto error = std::error_code();
        auto peer = tcp::endpoint();
        auto socket = co_await acceptor.async_accept(peer, into(error));
        if (error && !acceptor.is_open()) {
            break;
        }
        begin_turn();
        // Accepts several at once: while many connections are active, each turn of the event loop
        // is long.
        for (int count = 1;; ++count) {
            auto const has_failed = static_cast<bool>(error);
            if (has_failed || is_full()) {
                co_await make_room(has_failed);
            }
            if (has_failed) {
                break; // retry
            }
            serve(std::move(socket), peer.address());
            if (count == batch || !acceptor.is_open()) {
                break;
            }
            socket = acceptor.accept(peer, error);
            if (error) { // usually would_block; async_accept reports any other error again
                break;
            }
        }
    }
}

// Closes a connection in favour of a new one. Requests that have been received are read first,
// unless no connection waits, because all have new ones again and again. If all are busy, waits for
// the end of one or, after a failure, for a moment.
asio::awaitable<void> Server::make_room(bool has_failed) {
    auto timer = asio::steady_timer(context_);
    for (int attempt = 0; !is_closing_; ++attempt) {
        auto const is_settling = attempt < settling_attempts;
        if (connections_->evict(is_settling ? Connections::settling_turns : 0)) {
            break;
        }
        begin_turn();
        if (is_settling) {
            co_await asio::post(context_, asio::use_awaitable);
        } else {
            auto ignored = std::error_code();
            timer.expires_after(short_interval);
            co_await timer.async_wait(into(ignored));
        }
        auto const is_done = has_failed ? !is_settling : !is_full();
        if (is_done) {
            break;
        }
    }
}

// Counts a turn of the event loop when everything that is ready now has run.
void Server::begin_turn() {
    if (!std::exchange(is_turning_, true)) {
        asio::post(context_, [this] {
            is_turning_ = false;
            connections_->begin_turn();
        });
    }
}

// Returns true if another connection must be closed for a new one.
bool Server::is_full() const {
    return connections_->size() + starting_ >= connections_->limits().connections;
}

void Server::serve(tcp::socket socket, asio::ip::address client) {
    try {
        auto work = run(std::move(socket), std::move(client));
        asio::co_spawn(context_, std::move(work), [this](std::exception_ptr const& thrown) {
            end_connection(thrown);
        });
        ++starting_;
        start_timer();
    } catch (std::exception const&) {
        end_connection(std::current_exception());
    }
}

asio::awaitable<void> Server::run(tcp::socket socket, asio::ip::address client) {
    --starting_;
    auto tls = std::shared_ptr<asio::ssl::context>();
    if (tls_) {
        tls = tls_();
    }
    auto work = serve_connection(
        std::move(socket), std::move(client), std::move(tls), handler_, connections_);
    co_await std::move(work);
}

// An exception, such as std::bad_alloc, ends only its connection.
void Server::end_connection(std::exception_ptr const& thrown) {
    if (thrown) {
        ++failed_;
        try {
            std::rethrow_exception(thrown);
        } catch (std::exception const& error) {
            log_event(LogLevel::error, "a connection failed", {{"error", error.what()}});
        }
    }
}

void Server::start_timer() {
    if (is_timer_set_) {
        return;
    }
    is_timer_set_ = true;
    timer_.expires_after(is_closing_ ? short_interval : check_interval);
    timer_.async_wait([this](std::error_code) {
        is_timer_set_ = false;
        connections_->drop_late(Connections::Clock::now());
        if (is_closing_) {
            connections_->close();
        }
        if (size() > 0) {
            start_timer();
        }
    });
}

void Server::close() {
    is_closing_ = true;
    for (auto& acceptor : acceptors_) {
        // Clients that the kernel has accepted receive a response, too.
        auto error = std::error_code();
        while (!error) {
            auto peer = tcp::endpoint();
            auto socket = acceptor.accept(peer, error);
            if (!error) {
                serve(std::move(socket), peer.address());
            }
        }
        acceptor.close(error);
    }
    timer_.cancel();
    start_timer();
}

} // namespace ousage::program::http
