#include "example/exporter/http/session.hpp"

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage::program::http;
using asio::ip::tcp;

// Responds with the target, and records the requests.
class Echo final : public Handler {
public:
    asio::awaitable<Response> respond(Request const& request) override {
        if (request.target == "/throw") {
            throw std::runtime_error("thrown");
        }
        requests.push_back(request);
        auto response = text_response(request.refusal, "refused");
        if (request.refusal == 0) {
            response = text_response(200, request.target);
        }
        co_return response;
    }

    std::vector<Request> requests;
};

class SessionOfServer : public testing::Test {
protected:
    // Sends bytes, closes the sending direction, and returns everything that is received.
    std::string exchange(std::string const& bytes, Limits const& limits = {}) {
        auto context = asio::io_context();
        auto const connections = std::make_shared<Connections>(limits);
        auto acceptor = tcp::acceptor(context, {tcp::v4(), 0});
        auto client = tcp::socket(context);
        client.connect(acceptor.local_endpoint());
        auto work = serve_connection(
            acceptor.accept(), client.local_endpoint().address(), nullptr, echo, connections);
        asio::co_spawn(context, std::move(work), [this](std::exception_ptr const& exception) {
            thrown = exception != nullptr;
        });
        asio::write(client, asio::buffer(bytes));
        client.shutdown(tcp::socket::shutdown_send);
        context.run();
        EXPECT_EQ(connections->size(), 0u);
        auto received = std::string{};
        auto error = std::error_code();
        asio::read(client, asio::dynamic_buffer(received), error);
        return received;
    }

    Echo echo;
    bool thrown = false;
};

std::size_t count(std::string const& text, std::string const& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

TEST_F(SessionOfServer, RespondsInOrderUntilClientCloses) {
    auto const get = std::string("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
    auto const received = exchange(
        get + "HEAD /two HTTP/1.1\r\nHost: x\r\n\r\n" + "GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(count(received, "HTTP/1.1 200 OK\r\n"), 3u);
    EXPECT_EQ(count(received, "Content-Length: 5\r\n\r\nHTTP/1.1"), 1u); // HEAD has no body
    EXPECT_LT(received.find("\r\n\r\n/1\n"), received.find("\r\n\r\n/3\n"));
    EXPECT_EQ(echo.requests.size(), 3u);
    EXPECT_TRUE(echo.requests[0].client.is_loopback());
}

TEST_F(SessionOfServer, ClosesAfterConnectionClose) {
    auto const received = exchange("GET /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /2 "
                                   "HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(count(received, "HTTP/1.1 200 OK\r\n"), 1u);
    EXPECT_EQ(count(received, "Connection: close\r\n"), 1u);
    EXPECT_EQ(echo.requests.size(), 1u);
}

TEST_F(SessionOfServer, ClosesAfterRefusedRequest) {
    auto const received = exchange("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(received.starts_with("HTTP/1.1 400 Bad Request\r\n")) << received;
    EXPECT_EQ(count(received, "HTTP/1.1"), 1u);
}

TEST_F(SessionOfServer, RefusesUnfinishedRequestAtEnd) {
    EXPECT_TRUE(exchange("GET / HTTP/1.1\r\nHo").starts_with("HTTP/1.1 400 "));
    EXPECT_EQ(exchange(""), "");
}

TEST_F(SessionOfServer, SendsContinueOnlyToWaitingClient) {
    auto const head = std::string(
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    // The body is there already.
    EXPECT_EQ(count(exchange(head + "ab"), "HTTP/1.1 100 Continue\r\n\r\n"), 0u);
    auto const received = exchange(head); // never sends its body
    EXPECT_EQ(count(received, "HTTP/1.1 100 Continue\r\n\r\n"), 1u);
    EXPECT_EQ(count(received, "HTTP/1.1 400 Bad Request\r\n"), 1u);
}

TEST_F(SessionOfServer, ExceptionOfHandlerEndsConnection) {
    EXPECT_EQ(exchange("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n"), "");
    EXPECT_TRUE(thrown);
}

} // namespace
