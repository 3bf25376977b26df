#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::test {

/// A blocking TCP client for loopback that sends any bytes. A read ends after 20 seconds.
class RawClient {
public:
    /// `source` is the client's address, of 127.0.0.0/8; by default 127.0.0.1.
    explicit RawClient(std::uint16_t port, char const* source = nullptr)
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        auto address = sockaddr_in{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto const limit = timeval{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
        auto own = sockaddr_in{};
        own.sin_family = AF_INET;
        own.sin_addr.s_addr = source == nullptr ? htonl(INADDR_LOOPBACK) : ::inet_addr(source);
        if (source != nullptr &&
            ::bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof(own)) != 0) {
            ::close(socket_);
            throw std::runtime_error("cannot use the source address");
        }
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
            ::close(socket_);
            throw std::runtime_error("cannot connect");
        }
    }

    RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

    RawClient& operator=(RawClient&&) = delete;

    ~RawClient() {
        if (socket_ >= 0) {
            ::close(socket_);
        }
    }

    /// Sends all bytes; returns false if the peer closed the connection.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return false;
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    /// Closes the sending direction.
    void half_close() { ::shutdown(socket_, SHUT_WR); }

    /// Reads until the peer closes the connection.
    std::string read_all() {
        auto text = std::string{};
        while (read_some(text)) {
        }
        return text;
    }

    /// Reads one response, with a body according to its Content-Length, or as much as is received.
    std::string read_response(bool to_head = false) {
        auto text = std::exchange(rest_, {});
        while (text.find("\r\n\r\n") == text.npos) {
            if (!read_some(text)) {
                return text;
            }
        }
        auto const body = text.find("\r\n\r\n") + 4;
        auto const at = text.find("Content-Length: ");
        auto const length =
            to_head || at > body ? 0 : std::strtoul(text.c_str() + at + 16, nullptr, 10);
        while (text.size() < body + length && read_some(text)) {
        }
        if (text.size() > body + length) {
            rest_ = text.substr(body + length);
            text.resize(body + length);
        }
        return text;
    }

    int descriptor() const { return socket_; }

    /// Appends received bytes. Returns false if the peer closed the connection.
    bool read_some(std::string& into) {
        char buffer[65536];
        auto const count = ::recv(socket_, buffer, sizeof(buffer), 0);
        if (count > 0) {
            into.append(buffer, static_cast<std::size_t>(count));
        }
        return count > 0;
    }

private:
    int socket_;
    std::string rest_;
};

/// Sends one request on a new connection. Returns the response, header section and body.
inline std::string http_get(
    std::uint16_t port, std::string const& target, std::string const& headers = {},
    std::string const& method = "GET") {
    auto client = RawClient(port);
    client.send(
        method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n");
    return client.read_all();
}

/// Returns the status of a response; 0 if there is none.
inline int status_of(std::string const& response) {
    return response.starts_with("HTTP/1.1 ") ? std::atoi(response.c_str() + 9) : 0;
}

inline std::string body_of(std::string const& response) {
    auto const end = response.find("\r\n\r\n");
    return end == response.npos ? std::string{} : response.substr(end + 4);
}

/// Returns the value of a header; empty if the header is missing.
inline std::string header_of(std::string const& response, std::string const& name) {
    auto const head = response.substr(0, response.find("\r\n\r\n") + 2);
    auto const at = head.find("\r\n" + name + ": ");
    if (at == head.npos) {
        return {};
    }
    auto const begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

} // namespace ousage::test
