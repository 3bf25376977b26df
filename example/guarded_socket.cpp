#include "guarded_socket.hpp"

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
    guard->await(*this);
    if (refusal != 0) {
        refuse(std::move(then));
        return;
    }
    auto done = [this, data = static_cast<char const*>(buffer.data()),
                 then = std::move(then)](std::error_code error, std::size_t count) mutable {
        after_read(data, error, count, then);
    };
    if (tls) {
        tls->async_read_some(buffer, std::move(done));
    } else {
        socket.async_read_some(buffer, std::move(done));
    }
}

void GuardedSocket::State::after_read(
    char const* data, std::error_code error, std::size_t count, Handler& then) {
    auto const is_end = error == asio::error::eof;
    if (is_end && watch.is_open()) {
        refusal = 400;
        refuse(std::move(then));
    } else if (is_end) {
        when_answered([error, then = std::move(then)] { then(error, 0); });
    } else if (error) {
        then(error, count);
    } else {
        auto const seen = watch.look({data, count});
        refusal = seen.refusal;
        requests += seen.requests;
        if (seen.requests > 0 && !watch.is_upgrade()) {
            guard->settle(*this);
            if (watch.is_open()) {
                guard->await(*this);
            }
        }
        if (refusal != 0 && seen.good == 0) {
            refuse(std::move(then));
        } else {
            // What comes before is answered first.
            then({}, seen.good);
        }
    }
}

void GuardedSocket::State::refuse(Handler then) {
    when_answered([this, then = std::move(then)]() mutable { send_refusal(std::move(then)); });
}

void GuardedSocket::State::send_refusal(Handler then) {
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

void GuardedSocket::State::when_answered(std::function<void()> then) {
    later = std::move(then);
    go_on();
}

void GuardedSocket::State::go_on() {
    if (later && requests == 0 && !writing) {
        std::exchange(later, nullptr)();
    }
}

void GuardedSocket::State::answered() {
    --requests;
    go_on();
}

void GuardedSocket::State::drop() {
    auto ignored = std::error_code();
    socket.close(ignored);
    if (later) {
        asio::post(socket.get_executor(), std::exchange(later, nullptr));
    }
}

} // namespace ousage::program
