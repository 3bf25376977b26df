#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace ousage::test {

/// A blocking connection to a loopback port, for clients that control exactly which bytes they
/// send. Throws on any error, including a peer that sends nothing for one minute.
class RawConnection {
public:
    explicit RawConnection(unsigned short port)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        auto address = sockaddr_in{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (socket_ < 0 ||
            ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            close();
            throw std::runtime_error("cannot connect to port " + std::to_string(port));
        }
    }

    RawConnection(RawConnection&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

    RawConnection& operator=(RawConnection&&) = delete;

    ~RawConnection() { close(); }

    void send(std::string const& bytes) {
        for (std::size_t sent = 0; sent < bytes.size();) {
            auto const count =
                ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
            if (count <= 0) {
                throw std::runtime_error("cannot send");
            }
            sent += static_cast<std::size_t>(count);
        }
    }

    /// Appends the next received bytes; returns false at the end of the connection.
    bool receive(std::string& into) {
        auto wait = pollfd{socket_, POLLIN, 0};
        if (::poll(&wait, 1, 60'000) <= 0) {
            throw std::runtime_error("nothing came for a minute");
        }
        auto bytes = std::array<char, 16 * 1024>{};
        auto const count = ::recv(socket_, bytes.data(), bytes.size(), 0);
        if (count < 0) {
            throw std::runtime_error("cannot receive");
        }
        into.append(bytes.data(), static_cast<std::size_t>(count));
        return count > 0;
    }

    /// Closes the connection, even if a response is incomplete.
    void close() {
        if (auto const socket = std::exchange(socket_, -1); socket >= 0) {
            ::close(socket);
        }
    }

private:
    int socket_;
};

} // namespace ousage::test
