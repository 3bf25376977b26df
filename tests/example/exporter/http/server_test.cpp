#include "example/exporter/http/server.hpp"

#include <asio/io_context.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

namespace {

using namespace ousage::program::http;
using asio::ip::tcp;

// Responds at once, or after `release` to the target `/wait`.
class Waiting final : public Handler {
public:
    explicit Waiting(asio::io_context& context)
        : timer_(context, asio::steady_timer::time_point::max()) {}

    asio::awaitable<Response> respond(Request const& request) override {
        if (request.target == "/throw") {
            throw std::runtime_error("thrown by a test");
        }
        if (request.target == "/wait") {
            ++waiting;
            auto error = std::error_code();
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
        auto response = text_response(200, request.target);
        co_return response;
    }

    void release() { timer_.cancel(); }

    int waiting = 0;

private:
    asio::steady_timer timer_;
};

class HttpServer : public testing::Test {
protected:
    void start(std::size_t connections) {
        auto limits = Limits();
        limits.connections = connections;
        server.emplace(context, handler, limits, nullptr);
        endpoint = server->listen({asio::ip::address_v4::loopback(), 0}, false);
    }

    // Connects and sends bytes, and lets the server handle them.
    tcp::socket& send(std::string const& bytes) {
        auto& client = clients.emplace_back(context);
        client.connect(endpoint);
        asio::write(client, asio::buffer(bytes));
        settle();
        return client;
    }

    // Runs the server until nothing is ready.
    void settle() {
        context.restart();
        for (int idle = 0; idle < 2'000;) { // the kernel may deliver a byte a moment later
            idle = context.poll() == 0 ? idle + 1 : 0;
            std::this_thread::yield();
        }
    }

    static std::string read_all(tcp::socket& client) {
        auto received = std::string{};
        auto error = std::error_code();
        asio::read(client, asio::dynamic_buffer(received), error);
        return received;
    }

    asio::io_context context;
    Waiting handler{context};
    std::optional<Server> server;
    tcp::endpoint endpoint;
    std::list<tcp::socket> clients;
};

std::string get(std::string const& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
}

TEST_F(HttpServer, ClosesOldestWaitingConnectionAtLimit) {
    start(2);
    auto& busy = send(get("/wait"));
    auto& slow = send("GET / HT");
    EXPECT_EQ(server->size(), 2u);
    auto& fresh = send(get("/x"));
    EXPECT_EQ(read_all(slow), "");
    EXPECT_TRUE(read_all(fresh).ends_with("\r\n\r\n/x\n"));
    EXPECT_EQ(server->connections().dropped().evicted, 1u);
    handler.release();
    settle();
    EXPECT_TRUE(read_all(busy).ends_with("\r\n\r\n/wait\n"));
}

// The limit is reached by connections that are accepted together. They begin further phases, and
// never end them.
TEST_F(HttpServer, ClosesConnectionsThatWereAcceptedTogether) {
    start(2);
    auto requests = std::string();
    for (int count = 0; count < 100; ++count) {
        requests += "GET /" + std::string(4'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    for (int count = 0; count < 2; ++count) {
        auto& unread = clients.emplace_back(context);
        unread.open(tcp::v4());
        unread.set_option(tcp::socket::receive_buffer_size(2'048));
        unread.connect(endpoint);
        unread.non_blocking(true);
        EXPECT_GT(unread.write_some(asio::buffer(requests)), 100'000u);
    }
    auto& fresh = clients.emplace_back(context);
    fresh.connect(endpoint);
    asio::write(fresh, asio::buffer(get("/x")));
    auto const start = std::chrono::steady_clock::now();
    auto is_served = false;
    context.restart();
    while (!is_served && std::chrono::steady_clock::now() - start < std::chrono::seconds(5)) {
        context.poll();
        is_served = fresh.available() > 0;
    }
    EXPECT_TRUE(is_served);
    EXPECT_GE(server->connections().dropped().evicted, 1u);
}

// All connections have a new request as soon as the previous one was answered.
TEST_F(HttpServer, ServesNewClientWhileOthersNeverPause) {
    start(2);
    auto const request = std::string("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    for (int count = 0; count < 2; ++count) {
        auto& client = clients.emplace_back(context);
        client.connect(endpoint);
        client.non_blocking(true);
    }
    auto& fresh = clients.emplace_back(context);
    auto const start = std::chrono::steady_clock::now();
    auto turns = 0;
    auto error = std::error_code();
    char buffer[4096];
    context.restart();
    while (std::chrono::steady_clock::now() - start < std::chrono::seconds(5)) {
        for (auto& client : clients) {
            if (&client != &fresh) {
                client.write_some(asio::buffer(request), error);
                client.read_some(asio::buffer(buffer), error);
            }
        }
        context.poll_one();
        if (++turns == 100) {
            fresh.connect(endpoint);
            asio::write(fresh, asio::buffer(get("/x")));
        } else if (turns > 100 && fresh.available() > 0) {
            break;
        }
    }
    EXPECT_GT(fresh.available(), 0u);
}

TEST_F(HttpServer, CloseCompletesRequestsInProgress) {
    start(100);
    auto& busy = send(get("/wait"));
    auto& idle = send("");
    auto& queued = clients.emplace_back(context);
    queued.connect(endpoint); // not yet accepted by the server
    asio::write(queued, asio::buffer(get("/queued")));
    EXPECT_EQ(handler.waiting, 1);
    server->close();
    settle();
    EXPECT_TRUE(read_all(queued).ends_with("\r\n\r\n/queued\n"));
    handler.release();
    context.restart();
    context.run(); // ends: no connection, acceptor or timer remains
    EXPECT_EQ(read_all(idle), "");
    EXPECT_TRUE(read_all(busy).ends_with("\r\n\r\n/wait\n"));
    EXPECT_EQ(server->size(), 0u);
    auto late = tcp::socket(context);
    auto error = std::error_code();
    late.connect(endpoint, error);
    EXPECT_TRUE(error);
}

TEST_F(HttpServer, ServesASocketThatListensAlready) {
    auto passed = tcp::acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    auto const descriptor = ::dup(passed.native_handle());
    ASSERT_GE(descriptor, 0);
    server.emplace(context, handler, Limits(), nullptr);
    endpoint = server->listen_on(descriptor);
    EXPECT_EQ(endpoint, passed.local_endpoint());
    EXPECT_TRUE(read_all(send(get("/x"))).ends_with("\r\n\r\n/x\n"));
}

TEST_F(HttpServer, RejectsDescriptorsThatListenToNoTcpConnections) {
    server.emplace(context, handler, Limits(), nullptr);
    auto unconnected = tcp::socket(context, tcp::v4());
    EXPECT_THROW(server->listen_on(unconnected.native_handle()), std::system_error);
    EXPECT_THROW(server->listen_on(-1), std::system_error);
    EXPECT_TRUE(unconnected.is_open());
}

TEST_F(HttpServer, ExceptionEndsOnlyItsConnection) {
    start(100);
    testing::internal::CaptureStderr();
    auto& failing = send(get("/throw"));
    auto const logged = testing::internal::GetCapturedStderr();
    auto const expected = "level=ERROR msg=\"a connection failed\" error=\"thrown by a test\"\n";
    EXPECT_TRUE(logged.ends_with(expected)) << logged;
    EXPECT_EQ(read_all(failing), "");
    EXPECT_EQ(server->failed(), 1u);
    EXPECT_TRUE(read_all(send(get("/x"))).ends_with("\r\n\r\n/x\n"));
}

} // namespace
