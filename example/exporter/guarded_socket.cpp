#include "example/exporter/guarded_socket.hpp"

#include <asio/post.hpp>
#include <asio/write.hpp>

#include <string>
#include <vector>

namespace ousage::program {

namespace {

// Number of bytes to read from a refused client, so that it can read the response.
constexpr std::size_t drain_limit = 8 * 1024 * 1024;

} // namespace

void GuardedSocket::State::start(std::uint64_t number, std::function<void(std::error_code)> then) {
    guard->add(*this, number);
    guard->start_deadline(*this);
    tls_context = guard->tls();
    if (!tls_context) {
        then({});
        return;
    }
    tls.emplace(socket, *tls_context);
    tls->async_handshake(asio::ssl::stream_base::server, std::move(then));
}

void GuardedSocket::State::read(asio::mutable_buffer const& buffer, Handler then) {
    into = buffer;
    pending_read = std::move(then);
    resume();
}

void GuardedSocket::State::resume() {
    if (pending_read && !has_request && !is_writing) {
        read_now(std::exchange(pending_read, nullptr));
    }
}

void GuardedSocket::State::read_now(Handler then) {
    guard->start_deadline(*this);
    auto done = [this, then = std::move(then)](std::error_code error, std::size_t count) mutable {
        after_read(error, count, then);
    };
    if (!unread.empty()) {
        auto const count = unread.copy(static_cast<char*>(into.data()), into.size());
        unread.erase(0, count);
        asio::post(
            socket.get_executor(), [done = std::move(done), count]() mutable { done({}, count); });
    } else if (tls) {
        tls->async_read_some(into, std::move(done));
    } else {
        socket.async_read_some(into, std::move(done));
    }
}

void GuardedSocket::State::after_read(std::error_code error, std::size_t count, Handler& then) {
    if (error == asio::error::eof && watch.is_open()) {
        refusal = 400;
        refuse(std::move(then));
        return;
    }
    if (error) {
        then(error, count);
        return;
    }
    auto const* const data = static_cast<char const*>(into.data());
    auto const parsed = watch.parse({data, count});
    if (parsed.refusal != 0) {
        refusal = parsed.refusal;
        refuse(std::move(then));
        return;
    }
    if (parsed.complete) {
        has_request = true;
        unread.insert(0, data + parsed.size, count - parsed.size);
        // RESTinio sets no deadline after an upgrade request, so ours continues.
        if (!watch.is_upgrade()) {
            guard->stop_deadline(*this);
        }
    }
    then({}, parsed.size);
}

void GuardedSocket::State::refuse(Handler then) {
    auto text = std::make_shared<std::string>(refusal_response(refusal));
    auto const buffer = asio::buffer(text->data(), text->size());
    auto sent = [this, text, then = std::move(then)](std::error_code, std::size_t) mutable {
        auto ignored = std::error_code();
        socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
        drain(std::move(then));
    };
    if (tls) {
        asio::async_write(*tls, buffer, std::move(sent));
    } else {
        asio::async_write(socket, buffer, std::move(sent));
    }
}

// Closing a connection with unread bytes resets it, and the client may lose the response.
void GuardedSocket::State::drain(Handler then) {
    auto storage = std::make_shared<std::vector<char>>(16 * 1024);
    auto const buffer = asio::buffer(*storage);
    socket.async_read_some(
        buffer,
        [this, storage, then = std::move(then)](std::error_code error, std::size_t count) mutable {
            drained += count;
            if (error || drained > drain_limit) {
                then(asio::error::eof, 0);
            } else {
                drain(std::move(then));
            }
        });
}

void GuardedSocket::State::response_sent() {
    has_request = false;
    resume();
}

void GuardedSocket::State::cancel_read() {
    if (pending_read) {
        asio::post(socket.get_executor(), [then = std::exchange(pending_read, nullptr)] {
            then(asio::error::operation_aborted, 0);
        });
    }
}

void GuardedSocket::State::close() {
    auto ignored = std::error_code();
    socket.close(ignored);
    cancel_read();
}

} // namespace ousage::program
