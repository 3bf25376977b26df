#pragma once

#include <ousage/config.hpp>
#include <ousage/core/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::io {

/// An IPv6 address in network byte order; IPv4 addresses are mapped: `::ffff:127.0.0.1`.
using SocketAddress = std::array<std::uint8_t, 16>;

/// A TCP socket of this machine that listens or is connected.
struct TcpSocket {
    SocketAddress address{};   ///< local address; all zero or mapped zero: any address
    std::uint16_t port = 0;    ///< local port
    bool is_listening = false; ///< true: listens; false: is one end of an established connection
    std::uint32_t user = 0;    ///< user id of the owner; 0 for connections not yet accepted

    bool operator==(TcpSocket const&) const = default;
};

/// True if a connection to that local address and port is one of this listener: the address is
/// equal, or the listener accepts any. A listener on `::` accepts IPv4, too.
OUSAGE_DECL bool accepts(TcpSocket const& listener, TcpSocket const& connection);

/// Appends the listening and established sockets of `text`, the content of /proc/net/tcp or
/// /proc/net/tcp6, whose local port is one of `ports`. Ignores malformed lines, and a last line
/// without a newline.
OUSAGE_DECL void parse_tcp_table(
    std::string_view text, std::span<std::uint16_t const> ports, std::vector<TcpSocket>& into);

/// The result of parsing one datagram of sock_diag(7).
enum class DiagStatus {
    more,   ///< further datagrams follow
    done,   ///< the dump is complete
    failed, ///< the kernel reported an error, or the datagram is malformed
};

/// Appends the listening and established sockets of one datagram of sock_diag(7) with that sequence
/// number, whose local port is one of `ports`. Never reads beyond `bytes`.
OUSAGE_DECL DiagStatus parse_diag_messages(
    std::span<std::byte const> bytes, std::uint32_t sequence, std::span<std::uint16_t const> ports,
    std::vector<TcpSocket>& into);

/// Which interface of the kernel `tcp_sockets` uses.
enum class TcpTable {
    automatic, ///< sock_diag, else procfs
    sock_diag, ///< netlink: the kernel selects the sockets by port
    procfs,    ///< text of all sockets, ten times as slow; works without netlink
};

/// Returns the listening TCP sockets, IPv4 and IPv6, of the network namespace of this process,
/// whose local port is one of `ports`, and the established connections of their ports; those of
/// ports without a listener may be missing. At most 256 ports; further ones are ignored. Needs no
/// privilege. `proc` is the procfs to read without netlink. Fails with `Errc::unsupported` on
/// systems other than Linux, and with `Errc::file` if the kernel provides neither interface.
OUSAGE_DECL Result<std::vector<TcpSocket>> tcp_sockets(
    std::vector<std::uint16_t> ports, TcpTable table = TcpTable::automatic,
    std::filesystem::path const& proc = "/proc");

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/platform/impl/tcp_table.hpp>
#endif
