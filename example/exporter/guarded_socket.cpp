#include "example/exporter/guarded_socket.hpp"

#include <asio/post.hpp>
#include <asio/write.hpp>

#include <string>
#include <vector>

namespace ousage::program {

namespace {

// Whoever is refused may send on for so long, that he gets to read why.
constexpr std::size_t drain_limit = 8 * 1024 * 1024;

} // namespace

void GuardedSocket::State::start(std::uint64_t number, std::function<void(std::error_code)> then) {
    guard->enter(*this, number);
    guard->await(*this);
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
    waiting = std::move(then);
    go_on();
}

void GuardedSocket::State::go_on() {
    if (waiting && !asked && !writing) {
        read_now(std::exchange(waiting, nullptr));
    }
}

void GuardedSocket::State::read_now(Handler then) {
    guard->await(*this);
    auto done = [this, then = std::move(then)](std::error_code error, std::size_t count) mutable {
        after_read(error, count, then);
    };
    if (!held.empty()) {
        auto const count = held.copy(static_cast<char*>(into.data()), into.size());
        held.erase(0, count);
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
    auto const seen = watch.look({data, count});
    if (seen.refusal != 0) {
        refusal = seen.refusal;
        refuse(std::move(then));
        return;
    }
    if (seen.complete) {
        asked = true;
        held.insert(0, data + seen.size, count - seen.size);
        // Behind an upgrade RESTinio watches over nothing: our patience goes on.
        if (!watch.is_upgrade()) {
            guard->settle(*this);
        }
    }
    then({}, seen.size);
}

void GuardedSocket::State::refuse(Handler then) {
    auto text = std::make_shared<std::string>(refusal_answer(refusal));
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

// A connection that is closed with bytes unread is reset, and takes our answer with it.
void GuardedSocket::State::drain(Handler then) {
    auto room = std::make_shared<std::vector<char>>(16 * 1024);
    auto const buffer = asio::buffer(*room);
    socket.async_read_some(
        buffer,
        [this, room, then = std::move(then)](std::error_code error, std::size_t count) mutable {
            drained += count;
            if (error || drained > drain_limit) {
                then(asio::error::eof, 0);
            } else {
                drain(std::move(then));
            }
        });
}

void GuardedSocket::State::answered() {
    asked = false;
    go_on();
}

void GuardedSocket::State::give_up() {
    if (waiting) {
        asio::post(socket.get_executor(), [then = std::exchange(waiting, nullptr)] {
            then(asio::error::operation_aborted, 0);
        });
    }
}

void GuardedSocket::State::drop() {
    auto ignored = std::error_code();
    socket.close(ignored);
    give_up();
}

} // namespace ousage::program
