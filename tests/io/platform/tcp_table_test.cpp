#include "support/ipv6.hpp"
#include "support/proc_tree.hpp"
#include <ousage/io/platform/detail/diag_request.hpp>
#include <ousage/io/platform/local_host.hpp>
#include <ousage/io/platform/tcp_table.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>

namespace ousage::test {

namespace {

using namespace io;

std::string const heading =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";
std::string const table =
    heading +
    "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 65001        0 1 1"
    " 0 100 0 0 10 0\n"
    "   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000 65001        0 2 1"
    " 0 20 0 0 10 -1\n"
    "   2: 0100007F:C001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 65001        0 3 1"
    " 0 20 0 0 10 -1\n"
    "   3: 0100007F:1F90 0100007F:C002 08 00000000:00000000 00:00000000 00000000     0        0 0 1"
    " 0 20 0 0 10 -1\n"
    "   4: 0A00A8C0:1F91 0100007F:C002 01 00000000:00000000 00:00000000 00000000     7        0 9 1"
    " 0 20 0 0 10 -1\n";
std::vector<std::uint16_t> const ports{8080};

std::vector<TcpSocket> parse(std::string_view text) {
    auto sockets = std::vector<TcpSocket>{};
    parse_tcp_table(text, ports, sockets);
    return sockets;
}

TEST(TcpTable, ReadsListenersAndEstablishedConnectionsOfThePort) {
    auto const sockets = parse(table);
    ASSERT_EQ(sockets.size(), 2u);
    EXPECT_TRUE(sockets[0].is_listening);
    EXPECT_EQ(sockets[0].user, 65001u);
    EXPECT_EQ(sockets[0].port, 8080);
    auto const loopback = SocketAddress{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1};
    EXPECT_EQ(sockets[0].address, loopback);
    EXPECT_FALSE(sockets[1].is_listening);
    EXPECT_TRUE(accepts(sockets[0], sockets[1]));
}

TEST(TcpTable, ReadsIpv6) {
    auto const sockets = parse(
        heading +
        "   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A "
        "00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0\n");
    ASSERT_EQ(sockets.size(), 1u);
    EXPECT_EQ(sockets[0].address, (SocketAddress{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
    EXPECT_EQ(sockets[0].user, 1000u);
}

TEST(TcpTable, TruncatedTextHasOnlyWholeLines) {
    auto const all = parse(table);
    for (std::size_t size = 0; size < table.size(); ++size) {
        auto const sockets = parse(std::string_view(table).substr(0, size));
        ASSERT_LE(sockets.size(), all.size());
        EXPECT_TRUE(std::equal(sockets.begin(), sockets.end(), all.begin())) << size;
    }
}

TEST(TcpTable, AcceptsAnyBytes) {
    auto random = std::mt19937(3);
    for (int round = 0; round < 5'000; ++round) {
        auto text = table;
        for (int change = 0; change < 4; ++change) {
            text[random() % text.size()] = static_cast<char>(random() % 256);
        }
        for (auto const& socket : parse(text)) {
            EXPECT_EQ(socket.port, 8080);
        }
    }
    EXPECT_TRUE(parse(std::string(1 << 20, '\n')).empty());
    EXPECT_TRUE(parse(std::string(1 << 20, ' ') + "\n").empty());
    EXPECT_TRUE(parse("0: :1F90 0:0 0A 0 0 0 0 0\n").empty());
    EXPECT_TRUE(parse("0: 0100007F:11F90 0:0 0A 0 0 0 0 0\n").empty());
    EXPECT_TRUE(parse("0: 0100007F:1F90 0:0 0A 0 0 0 -1 0\n").empty());
}

TEST(TcpTable, ListenerAcceptsItsAddressOrAny) {
    auto const socket = [](SocketAddress address) { return TcpSocket{address, 80, true, 0}; };
    auto const any6 = socket({});
    auto const any4 = socket({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255});
    auto const v4 = socket({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1});
    auto const other4 = socket({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1});
    auto const v6 = socket({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    EXPECT_TRUE(accepts(any6, v4));
    EXPECT_TRUE(accepts(any6, v6));
    EXPECT_TRUE(accepts(any4, v4));
    EXPECT_FALSE(accepts(any4, v6));
    EXPECT_TRUE(accepts(v4, v4));
    EXPECT_FALSE(accepts(v4, other4));
    EXPECT_FALSE(accepts(v4, TcpSocket{v4.address, 81, false, 0}));
}

// One datagram with these sockets, and the end of the dump.
std::vector<std::byte> datagram(std::uint8_t family, std::uint16_t port, std::uint32_t user) {
    auto bytes = std::vector<std::byte>(16 + 72 + 16);
    auto header = io::detail::NetlinkHeader{88, io::detail::diag_by_family, 2, 1, 0};
    auto message = io::detail::DiagMessage{};
    message.family = family;
    message.state = io::detail::tcp_listen;
    message.id.source_port[0] = static_cast<std::uint8_t>(port / 256);
    message.id.source_port[1] = static_cast<std::uint8_t>(port % 256);
    message.id.source[0] = 127;
    message.id.source[3] = 1;
    message.user = user;
    std::memcpy(bytes.data(), &header, 16);
    std::memcpy(bytes.data() + 16, &message, 72);
    header = {16, io::detail::netlink_done, 2, 1, 0};
    std::memcpy(bytes.data() + 88, &header, 16);
    return bytes;
}

TEST(DiagMessages, ReadsASocketAndTheEnd) {
    auto sockets = std::vector<TcpSocket>{};
    auto const bytes = datagram(io::detail::diag_inet, 8080, 12);
    EXPECT_EQ(parse_diag_messages(bytes, 1, ports, sockets), DiagStatus::done);
    ASSERT_EQ(sockets.size(), 1u);
    auto const loopback = SocketAddress{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1};
    EXPECT_EQ(sockets[0], (TcpSocket{loopback, 8080, true, 12}));
    EXPECT_EQ(parse_diag_messages(bytes, 2, ports, sockets), DiagStatus::failed);
    auto failed = bytes; // the end contains an error, as without tcp_diag
    failed.resize(bytes.size() + 4, std::byte(0xff));
    failed[88] = std::byte(20);
    EXPECT_EQ(parse_diag_messages(failed, 1, ports, sockets), DiagStatus::failed);
    sockets.pop_back();
    auto const other = datagram(io::detail::diag_inet, 8081, 12);
    EXPECT_EQ(parse_diag_messages(other, 1, ports, sockets), DiagStatus::done);
    EXPECT_EQ(sockets.size(), 1u);
}

TEST(DiagMessages, TruncatedOrChangedBytesAreReadWithinTheirBounds) {
    auto const bytes = datagram(io::detail::diag_inet, 8080, 12);
    auto random = std::mt19937(5);
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        // A copy of exactly that size, so that AddressSanitizer detects a read beyond it.
        auto part = std::vector<std::byte>(bytes.begin(), bytes.begin() + static_cast<long>(size));
        auto sockets = std::vector<TcpSocket>{};
        EXPECT_NE(parse_diag_messages(part, 1, ports, sockets) == DiagStatus::done, size < 104);
        for (int round = 0; round < 200 && size > 0; ++round) {
            part[random() % size] = static_cast<std::byte>(random());
            parse_diag_messages(part, 1, ports, sockets);
        }
    }
}

using Tcp = asio::ip::tcp;

// A listener with connections to it.
struct Listener {
    Listener(asio::io_context& context, char const* address)
        : acceptor(context, Tcp::endpoint(asio::ip::make_address(address), 0)) {}

    void connect(asio::io_context& context) {
        auto client = Tcp::socket(context);
        client.connect(acceptor.local_endpoint());
        sockets.push_back(acceptor.accept());
        sockets.push_back(std::move(client));
    }

    std::uint16_t port() const { return acceptor.local_endpoint().port(); }

    Tcp::acceptor acceptor;
    std::vector<Tcp::socket> sockets;
};

TEST(TcpSockets, BothInterfacesReturnTheSocketsOfThisMachine) {
    if (!has_ipv6()) {
        GTEST_SKIP() << "no IPv6 on this machine";
    }
    auto context = asio::io_context();
    auto ipv4 = Listener(context, "127.0.0.1");
    auto ipv6 = Listener(context, "::1");
    auto idle = Listener(context, "0.0.0.0");
    ipv4.connect(context);
    ipv4.connect(context);
    ipv6.connect(context);
    for (auto const interface : {TcpTable::sock_diag, TcpTable::procfs, TcpTable::automatic}) {
        auto const found = tcp_sockets({idle.port(), ipv4.port(), ipv6.port()}, interface);
        if (!found && interface == TcpTable::sock_diag) {
            continue; // not permitted here
        }
        ASSERT_TRUE(found);
        auto const count = [&found](std::uint16_t port, bool is_listening) {
            return std::count_if(found->begin(), found->end(), [&](TcpSocket const& socket) {
                return socket.port == port && socket.is_listening == is_listening &&
                       socket.user == ::geteuid();
            });
        };
        EXPECT_EQ(count(ipv4.port(), true), 1);
        EXPECT_EQ(count(ipv6.port(), true), 1);
        EXPECT_EQ(count(idle.port(), true), 1);
        EXPECT_EQ(count(ipv4.port(), false), 2);
        EXPECT_EQ(count(ipv6.port(), false), 1);
        EXPECT_EQ(count(idle.port(), false), 0);
        EXPECT_EQ(found->size(), 6u);
    }
    EXPECT_TRUE(tcp_sockets({})->empty());
}

TEST(TcpSockets, ManyPortsAreLimited) {
    auto context = asio::io_context();
    auto listener = Listener(context, "127.0.0.1");
    auto many = std::vector<std::uint16_t>{listener.port()};
    for (std::uint16_t port = 1; port < 256; ++port) {
        many.push_back(port);
    }
    auto const found = tcp_sockets(many);
    ASSERT_TRUE(found);
    EXPECT_TRUE(std::any_of(found->begin(), found->end(), [&](TcpSocket const& socket) {
        return socket.port == listener.port();
    }));
}

TEST(TcpSockets, WithoutTablesIsAFailure) {
    auto const tree = ProcTree();
    EXPECT_FALSE(tcp_sockets({80}, TcpTable::procfs, tree.path()));
    tree.write("net/tcp", table);
    EXPECT_EQ(tcp_sockets({8080}, TcpTable::procfs, tree.path())->size(), 2u);
}

TEST(LocalHost, IsLoopbackAnInterfaceAddressOrTheHostName) {
    char name[256] = {};
    ASSERT_EQ(::gethostname(name, sizeof name - 1), 0);
    for (auto const& host :
         {std::string(name), std::string(name) + ".", std::string("localhost"),
          std::string("localhost."), std::string("LOCALHOST"), std::string("127.0.0.1"),
          std::string("127.8.9.1"), std::string("::1"), std::string("::ffff:127.0.0.1"),
          std::string("0.0.0.0"), std::string("::")}) {
        EXPECT_TRUE(is_local_host(host)) << host;
    }
    for (auto const* const host :
         {"192.0.2.1", "2001:db8::1", "example.com", "localhost.example.com", "", ".", "1.2.3"}) {
        EXPECT_FALSE(is_local_host(host)) << host;
    }
}

} // namespace

} // namespace ousage::test
