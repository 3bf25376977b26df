#include "example/exporter/http/connections.hpp"

#include <asio/io_context.hpp>
#include <asio/write.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <string_view>

namespace {

using namespace ousage::program::http;
using asio::ip::tcp;
using Connection = Connections::Connection;
using Clock = Connections::Clock;

class ConnectionsOfServer : public testing::Test {
protected:
    ConnectionsOfServer() {
        limits.receive = std::chrono::seconds(10);
        limits.write = std::chrono::seconds(5);
        limits.idle = std::chrono::seconds(60);
        limits.linger = std::chrono::seconds(1);
    }

    // Lets everything run that was ready.
    static void settle(Connections& connections) {
        for (int turn = 0; turn < 3; ++turn) {
            connections.begin_turn();
        }
    }

    tcp::socket open_socket() { return tcp::socket(context, tcp::v4()); }

    asio::io_context context;
    Limits limits;
};

TEST_F(ConnectionsOfServer, DropsAtDeadlineOfPhase) {
    struct Row {
        Phase phase;
        int seconds;
    };

    Row const rows[] = {{Phase::handshake, 10}, {Phase::head, 10}, {Phase::body, 10},
                        {Phase::writing, 5},    {Phase::idle, 60}, {Phase::lingering, 1}};
    for (auto const& [phase, seconds] : rows) {
        auto connections = Connections(limits);
        auto socket = open_socket();
        auto const before = Clock::now();
        auto const connection = Connection(connections, socket, phase);
        auto const after = Clock::now();
        connections.drop_late(before + std::chrono::seconds(seconds) - std::chrono::nanoseconds(1));
        EXPECT_TRUE(socket.is_open());
        connections.drop_late(after + std::chrono::seconds(seconds));
        EXPECT_FALSE(socket.is_open()) << seconds;
        EXPECT_EQ(connection.phase(), Phase::dropped);
        EXPECT_EQ(connections.size(), 0u);
        EXPECT_EQ(connections.dropped().idle, phase == Phase::idle ? 1u : 0u);
        auto const is_late = phase != Phase::idle && phase != Phase::lingering;
        EXPECT_EQ(connections.dropped().late, is_late ? 1u : 0u);
    }
}

TEST_F(ConnectionsOfServer, NeverDropsBusyConnection) {
    auto connections = Connections(limits);
    auto socket = open_socket();
    auto connection = Connection(connections, socket, Phase::head);
    connection.enter(Phase::busy);
    connections.drop_late(Clock::now() + std::chrono::hours(1));
    settle(connections);
    EXPECT_FALSE(connections.evict());
    connections.close();
    EXPECT_TRUE(socket.is_open());
    EXPECT_EQ(connections.size(Phase::busy), 1u);
}

TEST_F(ConnectionsOfServer, EvictsConnectionWithOldestPhase) {
    auto connections = Connections(limits);
    auto first = open_socket(), second = open_socket(), third = open_socket();
    auto a = Connection(connections, first, Phase::head);
    auto b = Connection(connections, second, Phase::idle);
    auto c = Connection(connections, third, Phase::head);
    a.enter(Phase::writing); // now the newest
    settle(connections);
    EXPECT_TRUE(connections.evict());
    EXPECT_EQ(b.phase(), Phase::dropped);
    EXPECT_TRUE(connections.evict());
    EXPECT_EQ(c.phase(), Phase::dropped);
    EXPECT_TRUE(connections.evict());
    EXPECT_EQ(a.phase(), Phase::dropped);
    EXPECT_FALSE(connections.evict());
    EXPECT_EQ(connections.dropped().evicted, 3u);
    // A dropped connection remains dropped.
    a.enter(Phase::head);
    EXPECT_EQ(a.phase(), Phase::dropped);
}

// Its request may have been received, but not read yet.
TEST_F(ConnectionsOfServer, NeverEvictsConnectionWhosePhaseHasJustBegun) {
    auto connections = Connections(limits);
    auto first = open_socket(), second = open_socket();
    auto a = Connection(connections, first, Phase::head);
    connections.begin_turn();
    connections.begin_turn();
    EXPECT_FALSE(connections.evict());
    auto const b = Connection(connections, second, Phase::head);
    connections.begin_turn();
    EXPECT_TRUE(connections.evict());
    EXPECT_EQ(a.phase(), Phase::dropped);
    connections.begin_turn();
    EXPECT_FALSE(connections.evict());
    connections.begin_turn();
    EXPECT_TRUE(connections.evict());
    EXPECT_EQ(b.phase(), Phase::dropped);
}

// A response that has just been written is complete only in the next turn.
TEST_F(ConnectionsOfServer, EachPhaseHasItsOwnTurns) {
    auto connections = Connections(limits);
    auto socket = open_socket();
    auto connection = Connection(connections, socket, Phase::head);
    settle(connections);
    connection.enter(Phase::writing);
    EXPECT_FALSE(connections.evict());
    connections.begin_turn();
    EXPECT_FALSE(connections.evict(2));
    EXPECT_TRUE(connections.evict(1));
}

TEST_F(ConnectionsOfServer, UnregistersEndedConnection) {
    auto connections = Connections(limits);
    auto socket = open_socket();
    {
        auto const connection = Connection(connections, socket, Phase::head);
        EXPECT_EQ(connections.size(), 1u);
    }
    EXPECT_EQ(connections.size(), 0u);
    EXPECT_FALSE(connections.evict());
}

TEST_F(ConnectionsOfServer, CloseKeepsConnectionWithUnreadRequest) {
    auto connections = Connections(limits);
    auto acceptor = tcp::acceptor(context, {tcp::v4(), 0});
    auto client = tcp::socket(context), silent = tcp::socket(context);
    client.connect(acceptor.local_endpoint());
    auto socket = acceptor.accept();
    silent.connect(acceptor.local_endpoint());
    auto other = acceptor.accept();
    asio::write(client, asio::buffer("GET ", 4));
    socket.wait(tcp::socket::wait_read);
    auto connection = Connection(connections, socket, Phase::idle);
    auto const unused = Connection(connections, other, Phase::idle);
    connections.close();
    EXPECT_TRUE(connection.is_closing());
    EXPECT_EQ(unused.phase(), Phase::idle);
    connections.close();
    EXPECT_EQ(connection.phase(), Phase::idle);
    EXPECT_EQ(unused.phase(), Phase::dropped);
    char buffer[4];
    socket.read_some(asio::buffer(buffer));
    connections.close();
    connections.close();
    EXPECT_EQ(connection.phase(), Phase::dropped);
}

} // namespace
