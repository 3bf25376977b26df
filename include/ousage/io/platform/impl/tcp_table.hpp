#pragma once

#include <ousage/io/platform/detail/diag_request.hpp>
#include <ousage/io/platform/proc_file.hpp>
#include <ousage/io/platform/tcp_table.hpp>

#if defined(__linux__)
#    include <sys/socket.h>
#    include <sys/time.h>
#    include <unistd.h>
#endif

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

inline constexpr SocketAddress mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

// Returns the address from its bytes in network byte order, 4 or 16.
inline SocketAddress socket_address(std::span<std::uint8_t const> bytes) {
    auto address = bytes.size() == 4 ? mapped_prefix : SocketAddress{};
    std::copy(bytes.begin(), bytes.end(), address.end() - static_cast<long>(bytes.size()));
    return address;
}

inline bool is_any_ipv4(SocketAddress const& address) {
    return address == mapped_prefix;
}

inline bool is_any_ipv6(SocketAddress const& address) {
    return address == SocketAddress{};
}

// Removes the next field, which spaces delimit.
inline std::string_view take_field(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    auto const field = line.substr(0, line.find(' '));
    line.remove_prefix(field.size());
    return field;
}

template <class T>
std::optional<T> whole_number(std::string_view text, int base) {
    auto number = T{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    auto const is_whole = error == std::errc() && end == text.data() + text.size();
    return is_whole ? std::optional(number) : std::nullopt;
}

// Parses `0100007F:1F90`: words in the byte order of this machine, then the port.
inline bool parse_endpoint(std::string_view text, TcpSocket& socket) {
    auto const digits = text.find(':');
    if (digits != 8 && digits != 32) {
        return false;
    }
    std::uint8_t bytes[16];
    for (std::size_t at = 0; at < digits; at += 8) {
        auto const word = whole_number<std::uint32_t>(text.substr(at, 8), 16);
        if (!word) {
            return false;
        }
        std::memcpy(bytes + at / 2, &*word, sizeof *word);
    }
    auto const port = whole_number<std::uint16_t>(text.substr(digits + 1), 16);
    socket.address = socket_address(std::span<std::uint8_t const>(bytes, digits / 2));
    socket.port = port.value_or(0);
    return port.has_value();
}

// Parses one line of /proc/net/tcp:
// `  sl: local remote st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …`.
inline std::optional<TcpSocket>
parse_tcp_line(std::string_view line, std::span<std::uint16_t const> ports) {
    auto socket = TcpSocket{};
    if (!take_field(line).ends_with(':') || !parse_endpoint(take_field(line), socket) ||
        std::find(ports.begin(), ports.end(), socket.port) == ports.end()) {
        return std::nullopt;
    }
    take_field(line);
    auto const state = take_field(line);
    take_field(line);
    take_field(line);
    take_field(line);
    auto const user = whole_number<std::uint32_t>(take_field(line), 10);
    socket.is_listening = state == "0A";
    if (!user || line.empty() || (state != "01" && !socket.is_listening)) {
        return std::nullopt;
    }
    socket.user = *user;
    return socket;
}

inline std::optional<TcpSocket>
diag_socket(DiagMessage const& message, std::span<std::uint16_t const> ports) {
    auto socket = TcpSocket{};
    auto const is_ipv4 = message.family == diag_inet;
    socket.address = socket_address(std::span(message.id.source, is_ipv4 ? 4u : 16u));
    socket.port =
        static_cast<std::uint16_t>(message.id.source_port[0] * 256 + message.id.source_port[1]);
    socket.is_listening = message.state == tcp_listen;
    socket.user = message.user;
    auto const is_known_family = is_ipv4 || message.family == diag_inet6;
    auto const is_known_state = socket.is_listening || message.state == tcp_established;
    auto const is_wanted = std::find(ports.begin(), ports.end(), socket.port) != ports.end();
    return is_known_family && is_known_state && is_wanted ? std::optional(socket) : std::nullopt;
}

#if defined(__linux__)

// A netlink socket of the kernel's sock_diag.
class DiagSocket {
public:
    DiagSocket() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 4)) {
        auto const limit = timeval{1, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }

    DiagSocket(DiagSocket const&) = delete;
    DiagSocket& operator=(DiagSocket const&) = delete;

    ~DiagSocket() {
        if (socket_ >= 0) {
            ::close(socket_);
        }
    }

    // Appends the sockets of one address family in one state. Returns false if the kernel does not
    // provide them.
    bool dump(
        std::uint8_t family, std::uint8_t state, std::span<std::uint16_t const> ports,
        std::vector<TcpSocket>& into) {
        auto const request = diag_request(family, state, ++sequence_, ports);
        if (socket_ < 0 || ::send(socket_, request.data(), request.size(), 0) !=
                               static_cast<ssize_t>(request.size())) {
            return false;
        }
        auto buffer = std::vector<std::byte>(64 * 1024);
        for (;;) {
            auto const size = ::recv(socket_, buffer.data(), buffer.size(), MSG_TRUNC);
            if (size <= 0 || static_cast<std::size_t>(size) > buffer.size()) {
                return false;
            }
            auto const bytes =
                std::span(std::as_const(buffer)).first(static_cast<std::size_t>(size));
            auto const status = parse_diag_messages(bytes, sequence_, ports, into);
            if (status != DiagStatus::more) {
                return status == DiagStatus::done;
            }
        }
    }

private:
    int socket_;
    std::uint32_t sequence_ = 0;
};

inline std::optional<std::vector<TcpSocket>> diag_sockets(std::span<std::uint16_t const> ports) {
    auto sockets = std::vector<TcpSocket>{};
    auto diag = DiagSocket();
    if (!diag.dump(diag_inet, tcp_listen, ports, sockets)) {
        return std::nullopt;
    }
    auto const has_ipv4 = !sockets.empty();
    auto ipv6 = std::vector<TcpSocket>{};
    diag.dump(diag_inet6, tcp_listen, ports, ipv6); // fails without IPv6
    sockets.insert(sockets.end(), ipv6.begin(), ipv6.end());
    // The kernel searches all connections of the machine, so request only those of the address
    // families of the listeners. An IPv4 connection of an IPv6 listener is an IPv6 socket.
    if ((has_ipv4 && !diag.dump(diag_inet, tcp_established, ports, sockets)) ||
        (!ipv6.empty() && !diag.dump(diag_inet6, tcp_established, ports, sockets))) {
        return std::nullopt;
    }
    return sockets;
}

#endif

// The tables of this process' own network namespace. `net` links to `self/net`.
inline std::optional<std::vector<TcpSocket>>
proc_sockets(std::span<std::uint16_t const> ports, std::filesystem::path const& proc) {
    static constexpr std::size_t limit = 256 * 1024 * 1024;
    auto sockets = std::vector<TcpSocket>{};
    auto const ipv4 = read_proc_file(proc / "net" / "tcp", limit);
    if (!ipv4) {
        return std::nullopt;
    }
    parse_tcp_table(*ipv4, ports, sockets);
    if (auto const ipv6 = read_proc_file(proc / "net" / "tcp6", limit)) {
        parse_tcp_table(*ipv6, ports, sockets);
    }
    return sockets;
}

} // namespace detail

OUSAGE_DECL bool accepts(TcpSocket const& listener, TcpSocket const& connection) {
    auto const is_ipv4 = std::equal(
        detail::mapped_prefix.begin(), detail::mapped_prefix.begin() + 12,
        connection.address.begin());
    return listener.port == connection.port &&
           (listener.address == connection.address || detail::is_any_ipv6(listener.address) ||
            (is_ipv4 && detail::is_any_ipv4(listener.address)));
}

OUSAGE_DECL void parse_tcp_table(
    std::string_view text, std::span<std::uint16_t const> ports, std::vector<TcpSocket>& into) {
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        if (auto const socket = detail::parse_tcp_line(text.substr(0, end), ports)) {
            into.push_back(*socket);
        }
        text.remove_prefix(end + 1);
    }
}

OUSAGE_DECL DiagStatus parse_diag_messages(
    std::span<std::byte const> bytes, std::uint32_t sequence, std::span<std::uint16_t const> ports,
    std::vector<TcpSocket>& into) {
    while (!bytes.empty()) {
        auto header = detail::NetlinkHeader{};
        if (bytes.size() < sizeof header) {
            return DiagStatus::failed;
        }
        std::memcpy(&header, bytes.data(), sizeof header);
        if (header.size < sizeof header || header.size > bytes.size() ||
            header.sequence != sequence || header.type == detail::netlink_error) {
            return DiagStatus::failed;
        }
        if (header.type == detail::netlink_done) {
            // Contains an error if the kernel has no tcp_diag.
            auto error = std::int32_t{0};
            if (header.size >= sizeof header + sizeof error) {
                std::memcpy(&error, bytes.data() + sizeof header, sizeof error);
            }
            return error < 0 ? DiagStatus::failed : DiagStatus::done;
        }
        auto message = detail::DiagMessage{};
        if (header.type == detail::diag_by_family) {
            if (header.size < sizeof header + sizeof message) {
                return DiagStatus::failed;
            }
            std::memcpy(&message, bytes.data() + sizeof header, sizeof message);
            if (auto const socket = detail::diag_socket(message, ports)) {
                into.push_back(*socket);
            }
        }
        auto const aligned = (std::size_t{header.size} + 3) / 4 * 4;
        bytes = bytes.subspan(std::min(aligned, bytes.size()));
    }
    return DiagStatus::more;
}

OUSAGE_DECL Result<std::vector<TcpSocket>>
tcp_sockets(std::vector<std::uint16_t> ports, TcpTable table, std::filesystem::path const& proc) {
#if defined(__linux__)
    std::sort(ports.begin(), ports.end());
    ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
    ports.resize(std::min(ports.size(), std::size_t{256}));
    if (ports.empty()) {
        return std::vector<TcpSocket>{};
    }
    if (table != TcpTable::procfs) {
        if (auto sockets = detail::diag_sockets(ports)) {
            return std::move(*sockets);
        }
    }
    if (table != TcpTable::sock_diag) {
        if (auto sockets = detail::proc_sockets(ports, proc)) {
            return std::move(*sockets);
        }
    }
    return {Errc::file, "the kernel does not provide the table of TCP connections"};
#else
    static_cast<void>(ports);
    static_cast<void>(table);
    static_cast<void>(proc);
    return {Errc::unsupported, "the table of TCP connections is only read on Linux"};
#endif
}

} // namespace OUSAGE_NAMESPACE::io
