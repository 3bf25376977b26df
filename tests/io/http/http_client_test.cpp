#include <ousage/io/http/http_client.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <exception>
#include <thread>

namespace {

using namespace ousage;
using namespace ousage::io;
using namespace ousage::test;

// One running request.
struct Sending {
    std::optional<Result<HttpResponse>> response;
    std::exception_ptr thrown;
    bool done = false;
    asio::cancellation_signal cancel;

    Sending(asio::io_context& context, HttpClient& client, HttpRequest request) {
        auto work = run(client, std::move(request), response);
        asio::co_spawn(
            context, std::move(work),
            asio::bind_cancellation_slot(cancel.slot(), [this](std::exception_ptr error) {
                thrown = error;
                done = true;
            }));
    }

    Sending(Sending const&) = delete;

    static asio::awaitable<void>
    run(HttpClient& client, HttpRequest request, std::optional<Result<HttpResponse>>& into) {
        auto response = co_await client.send(std::move(request));
        into.emplace(std::move(response));
    }
};

template <class Predicate>
void run_until(asio::io_context& context, Predicate predicate) {
    context.restart();
    while (!predicate() && context.run_one() > 0) {
    }
}

HttpRequest get(std::string target) {
    auto request = HttpRequest{};
    request.target = std::move(target);
    return request;
}

Result<HttpResponse> fetch(asio::io_context& context, HttpClient& client, HttpRequest request) {
    auto sending = Sending(context, client, std::move(request));
    run_until(context, [&] { return sending.done; });
    EXPECT_TRUE(sending.response);
    return sending.response ? *sending.response : Result<HttpResponse>(Errc::exception, "thrown");
}

Errc code_of(Result<HttpResponse> const& response) {
    return response ? Errc{} : static_cast<Errc>(response.failure().code.value());
}

TEST(HttpClient, ReusesConnectionBetweenRequests) {
    asio::io_context context;
    ScriptedPeer peer(context);
    peer.on("GET /a", json("1")).on("GET /b", json("2")).on("POST /c", json("3"));
    auto client = HttpClient(peer.url());
    auto post = get("/c");
    post.method = "POST";
    post.body = "{\"x\":1}";
    EXPECT_EQ(fetch(context, client, get("/a"))->body, "1");
    EXPECT_EQ(fetch(context, client, get("/b"))->body, "2");
    EXPECT_EQ(fetch(context, client, post)->body, "3");
    EXPECT_EQ(peer.connections(), 1u);
    EXPECT_EQ(peer.unused(), "");
    EXPECT_NE(peer.requests().back().find("\r\nContent-Length: 7\r\n"), std::string::npos);
    EXPECT_TRUE(peer.requests().back().ends_with("\r\n\r\n{\"x\":1}"));
}

TEST(HttpClient, ReconnectsIfServerClosedIdleConnection) {
    asio::io_context context;
    ScriptedPeer peer(context);
    auto closing = json("1");
    closing.delivery = Reply::Delivery::close;
    auto resetting = json("2");
    resetting.delivery = Reply::Delivery::reset;
    peer.on("GET /a", closing).on("GET /b", resetting).on("GET /c", json("3"));
    auto client = HttpClient(peer.url());
    EXPECT_EQ(fetch(context, client, get("/a"))->body, "1");
    context.poll();
    EXPECT_EQ(fetch(context, client, get("/b"))->body, "2");
    context.poll();
    EXPECT_EQ(fetch(context, client, get("/c"))->body, "3");
    EXPECT_EQ(peer.connections(), 3u);
    EXPECT_EQ(peer.unused(), "");
}

TEST(HttpClient, DoesNotReuseConnectionThatServerCloses) {
    asio::io_context context;
    ScriptedPeer peer(context);
    peer.on("GET /a", {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1"});
    peer.on("GET /old", {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n1"});
    // Bytes after the response belong to no request.
    peer.on("GET /more", {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\n"});
    peer.on("GET /b", json("2"));
    auto client = HttpClient(peer.url());
    for (auto const* const target : {"/a", "/old", "/more"}) {
        EXPECT_EQ(fetch(context, client, get(target))->body, "1") << target;
    }
    EXPECT_EQ(fetch(context, client, get("/b"))->body, "2");
    EXPECT_EQ(peer.connections(), 4u);
}

TEST(HttpClient, LimitsConcurrentRequests) {
    asio::io_context context;
    ScriptedPeer peer(context);
    auto held = json("1");
    held.delivery = Reply::Delivery::hold;
    peer.on("GET /a", held);
    auto client = HttpClient(peer.url(), {}, 3);
    auto sendings = std::deque<Sending>{};
    for (int index = 0; index < 10; ++index) {
        sendings.emplace_back(context, client, get("/a"));
    }
    run_until(context, [&] { return peer.at_once() == 3; });
    context.poll();
    EXPECT_EQ(peer.at_once(), 3u);
    peer.release();
    run_until(context, [&] {
        return std::all_of(sendings.begin(), sendings.end(), [](auto& one) { return one.done; });
    });
    EXPECT_EQ(peer.count("GET /a"), 10u);
    EXPECT_EQ(peer.most_at_once(), 3u);
    EXPECT_LE(peer.connections(), 3u);
    for (auto& sending : sendings) {
        ASSERT_TRUE(sending.response && *sending.response);
        EXPECT_EQ((*sending.response)->body, "1");
    }
}

TEST(HttpClient, CancelledWaiterPassesSlotToNext) {
    asio::io_context context;
    ScriptedPeer peer(context);
    auto held = json("1");
    held.delivery = Reply::Delivery::hold;
    peer.on("GET /a", held);
    auto client = HttpClient(peer.url(), {}, 1);
    auto first = std::make_unique<Sending>(context, client, get("/a"));
    run_until(context, [&] { return peer.at_once() == 1; });
    auto second = Sending(context, client, get("/a"));
    auto third = Sending(context, client, get("/a"));
    context.poll();
    // In one step the first releases its slot, which wakes the second, and both are cancelled.
    first->cancel.emit(asio::cancellation_type::terminal);
    run_until(context, [&] { return first->done; });
    second.cancel.emit(asio::cancellation_type::terminal);
    peer.release();
    auto watchdog = asio::steady_timer(context, std::chrono::seconds(10));
    auto late = false;
    watchdog.async_wait([&](std::error_code error) { late = !error; });
    run_until(context, [&] { return third.done || late; });
    EXPECT_TRUE(third.done && third.response && *third.response);
    EXPECT_TRUE(second.done && second.thrown);
}

TEST(HttpClient, DoesNotFollowRedirect) {
    asio::io_context context;
    ScriptedPeer peer(context);
    peer.on("GET /a", fault::redirect("/b"));
    auto client = HttpClient(peer.url());
    auto const response = fetch(context, client, get("/a"));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 302);
    EXPECT_EQ(response->header("location"), "/b");
    EXPECT_EQ(peer.count("GET /b"), 0u);
}

TEST(HttpClient, UnexpectedContentCodingIsFailureThatNamesIt) {
    asio::io_context context;
    ScriptedPeer peer(context);
    auto const coded = [](std::string const& status, std::string const& coding) {
        return Reply{
            "HTTP/1.1 " + status + "\r\nContent-Encoding: " + coding +
            "\r\nContent-Length: 1\r\n\r\n1"};
    };
    peer.on("GET /a", coded("200 OK", "gzip")).on("GET /b", coded("200 OK", "a, b"));
    peer.on("GET /c", coded("200 OK", "Identity")).on("GET /d", coded("404 Not Found", "br"));
    auto client = HttpClient(peer.url());
    auto const response = fetch(context, client, get("/a"));
    EXPECT_EQ(code_of(response), Errc::parse);
    EXPECT_EQ(
        response.failure().text,
        "the response has the content coding gzip, which was not requested");
    EXPECT_EQ(code_of(fetch(context, client, get("/b"))), Errc::parse);
    EXPECT_EQ(fetch(context, client, get("/c"))->body, "1");
    EXPECT_EQ(fetch(context, client, get("/d"))->status, 404);
    for (auto const& request : peer.requests()) {
        EXPECT_NE(request.find("\r\nAccept-Encoding: identity\r\n"), std::string::npos);
    }
}

TEST(HttpClient, ReportsErrorCodeOfFailedStage) {
    asio::io_context context;
    ScriptedPeer peer(context);
    peer.on("GET /close", fault::close()).on("GET /reset", fault::reset());
    peer.on("GET /garbage", fault::garbage()).on("GET /long", fault::long_length());
    peer.on("GET /body", fault::endless()).on("GET /head", fault::endless_head());
    peer.on("GET /exact", json(std::string(1000, 'x')));
    peer.on("GET /over", json(std::string(1001, 'x'))).on("GET /interim", interim_first("1"));
    auto limits = HttpLimits{};
    limits.header_bytes = 500;
    limits.body_bytes = 1000;
    auto client = HttpClient(peer.url(), limits);
    EXPECT_EQ(code_of(fetch(context, client, get("/close"))), Errc::receive);
    EXPECT_EQ(code_of(fetch(context, client, get("/reset"))), Errc::receive);
    EXPECT_EQ(code_of(fetch(context, client, get("/garbage"))), Errc::parse);
    EXPECT_EQ(code_of(fetch(context, client, get("/long"))), Errc::receive);
    EXPECT_EQ(code_of(fetch(context, client, get("/body"))), Errc::limit);
    EXPECT_EQ(code_of(fetch(context, client, get("/head"))), Errc::limit);
    EXPECT_EQ(code_of(fetch(context, client, get("/over"))), Errc::limit);
    EXPECT_EQ(fetch(context, client, get("/exact"))->body.size(), 1000u);
    EXPECT_EQ(fetch(context, client, get("/interim"))->body, "1");
    EXPECT_EQ(peer.unused(), "");
}

TEST(HttpClient, WildcardHostIsSentAsLoopbackInHostHeader) {
    asio::io_context context;
    ScriptedPeer peer(context);
    peer.on("GET /prefix/a", json("1"));
    for (auto const* const host : {"127.0.0.1", "", "0.0.0.0", "localhost"}) {
        auto url = peer.url();
        url.host = host;
        url.path = "prefix";
        auto client = HttpClient(url);
        ASSERT_TRUE(fetch(context, client, get("/a"))) << host;
        auto const known = std::string(host) == "localhost" ? "localhost" : "127.0.0.1";
        auto const header =
            "\r\nHost: " + std::string(known) + ":" + std::to_string(peer.port()) + "\r\n";
        EXPECT_NE(peer.requests().back().find(header), std::string::npos) << peer.requests().back();
    }
}

TEST(HttpClient, RejectsRequestSplitting) {
    asio::io_context context;
    ScriptedPeer peer(context);
    auto client = HttpClient(peer.url());
    auto const bad = [&](HttpRequest const& request) {
        return code_of(fetch(context, client, request)) == Errc::send;
    };
    EXPECT_TRUE(bad(get("/a\r\nX: y")));
    EXPECT_TRUE(bad(get("/a b")));
    EXPECT_TRUE(bad(get(std::string("/a\0b", 4))));
    auto request = get("/a");
    request.method = "GET /\r\n\r\nGET";
    EXPECT_TRUE(bad(request));
    for (auto const& header :
         {Header{"X", "a\r\nb"}, Header{"X", "a\nb"}, Header{"X\r\nY", "a"}, Header{"X:", "a"}}) {
        request = get("/a");
        request.headers.push_back(header);
        EXPECT_TRUE(bad(request)) << header.name << header.value;
    }
    auto url = peer.url();
    url.path = "a\r\nb";
    auto other = HttpClient(url);
    EXPECT_EQ(code_of(fetch(context, other, get("/a"))), Errc::send);
    EXPECT_EQ(peer.connections(), 0u);
}

TEST(HttpClient, CancellationMidBodyEndsRequestAndConnection) {
    asio::io_context context;
    ScriptedPeer peer(context);
    auto half = Reply{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", Reply::Delivery::hang};
    peer.on("GET /a", half).on("GET /b", json("2"));
    auto client = HttpClient(peer.url());
    auto sending = Sending(context, client, get("/a"));
    run_until(context, [&] { return peer.at_once() == 1; });
    context.poll();
    EXPECT_FALSE(sending.done);
    sending.cancel.emit(asio::cancellation_type::terminal);
    run_until(context, [&] { return sending.done && peer.at_once() == 0; });
    ASSERT_TRUE(sending.thrown);
    try {
        std::rethrow_exception(sending.thrown);
    } catch (asio::system_error const& error) {
        EXPECT_EQ(error.code(), asio::error::operation_aborted);
    }
    EXPECT_EQ(fetch(context, client, get("/b"))->body, "2");
    EXPECT_EQ(peer.connections(), 2u);
}

// Regression test for a use after free: the idle socket must be destroyed with its context.
TEST(HttpClient, SurvivesDestructionOfContext) {
    auto client = std::optional<HttpClient>();
    unsigned short port = 0;
    for (int round = 0; round < 2; ++round) {
        asio::io_context context;
        ScriptedPeer peer(context);
        peer.on("GET /a", json(std::to_string(round)));
        if (port == 0) {
            port = peer.port();
            client.emplace(peer.url());
        }
        auto other = HttpClient(peer.url());
        EXPECT_EQ(fetch(context, other, get("/a"))->body, std::to_string(round));
        auto const response = fetch(context, *client, get("/a"));
        // In the second round no server listens on the client's port.
        if (round == 0) {
            EXPECT_EQ(response->body, "0");
        } else {
            EXPECT_EQ(code_of(response), Errc::connect);
        }
    }
}

TEST(HttpClient, RunsOnSuccessiveContexts) {
    asio::io_context outer;
    ScriptedPeer peer(outer);
    peer.on("GET /a", json("1"));
    auto client = HttpClient(peer.url());
    for (std::size_t round = 1; round <= 3; ++round) {
        asio::io_context inner;
        auto sending = Sending(inner, client, get("/a"));
        while (!sending.done) {
            inner.restart();
            inner.poll();
            outer.restart();
            outer.poll();
        }
        ASSERT_TRUE(sending.response && *sending.response);
        EXPECT_EQ(peer.connections(), round);
    }
}

TEST(HttpClient, ContextsThatExistTogetherUseTheirOwnConnections) {
    asio::io_context outer, first, second;
    ScriptedPeer peer(outer);
    peer.on("GET /a", json("1"));
    auto client = HttpClient(peer.url());
    auto const expected = std::array<std::size_t, 4>{1, 2, 2, 2};
    for (std::size_t round = 0; round < expected.size(); ++round) {
        auto& inner = round % 2 == 0 ? first : second;
        auto sending = Sending(inner, client, get("/a"));
        while (!sending.done) {
            inner.restart();
            inner.poll();
            outer.restart();
            outer.poll();
        }
        ASSERT_TRUE(sending.response && *sending.response);
        EXPECT_EQ(peer.connections(), expected[round]) << round;
    }
}

TEST(HttpClient, ThreadsWithTheirOwnContextsShareOneClient) {
    asio::io_context outer;
    ScriptedPeer peer(outer);
    peer.on("GET /a", json("1"));
    auto client = HttpClient(peer.url());
    auto server = std::thread([&outer] { outer.run(); });
    auto good = std::atomic<int>(0);
    auto const work = [&] {
        for (int round = 0; round < 5; ++round) {
            asio::io_context inner;
            for (int count = 0; count < 20; ++count) {
                auto const response = fetch(inner, client, get("/a"));
                good += response && response->body == "1" ? 1 : 0;
            }
        }
    };
    auto one = std::thread(work), other = std::thread(work);
    one.join();
    other.join();
    asio::post(outer, [&peer] { peer.stop(); });
    server.join();
    EXPECT_EQ(good, 200);
    EXPECT_EQ(peer.connections(), 10u);
}

// Responds to one request on each connection. Then sends 408 and closes it, as proxies do with an
// idle connection.
asio::awaitable<void> serve_impatiently(asio::ip::tcp::acceptor& acceptor, std::size_t& closed) {
    for (;;) {
        auto socket = co_await acceptor.async_accept(asio::use_awaitable);
        auto bytes = std::string{};
        auto buffer = asio::dynamic_buffer(bytes);
        co_await asio::async_read_until(socket, buffer, "\r\n\r\n", asio::use_awaitable);
        auto const reply = json("1").bytes;
        auto const good = asio::buffer(reply);
        co_await asio::async_write(socket, good, asio::use_awaitable);
        auto timer = asio::steady_timer(acceptor.get_executor(), std::chrono::milliseconds(20));
        co_await timer.async_wait(asio::use_awaitable);
        auto const late = json("{}", "408 Request Timeout").bytes;
        auto const end = asio::buffer(late);
        co_await asio::async_write(socket, end, asio::use_awaitable);
        ++closed;
    }
}

TEST(HttpClient, DropsIdleConnectionWithUnreadBytes) {
    asio::io_context context;
    auto const loopback = asio::ip::make_address("127.0.0.1");
    auto acceptor = asio::ip::tcp::acceptor(context, asio::ip::tcp::endpoint(loopback, 0));
    std::size_t closed = 0;
    auto work = serve_impatiently(acceptor, closed);
    asio::co_spawn(context, std::move(work), asio::detached);
    auto const port = std::to_string(acceptor.local_endpoint().port());
    auto client = HttpClient(Url{"http", "127.0.0.1", port, ""});
    for (std::size_t round = 0; round < 3; ++round) {
        auto const response = fetch(context, client, get("/a"));
        ASSERT_TRUE(response);
        EXPECT_EQ(response->status, 200) << round;
        run_until(context, [&] { return closed == round + 1; });
    }
}

TEST(HttpClient, RetriesAfterRequestTimeoutOnReusedConnection) {
    asio::io_context context;
    ScriptedPeer peer(context);
    peer.on("GET /a", json("1"));
    peer.on("GET /b", json("{}", "408 Request Timeout")).on("GET /b", json("2"));
    auto client = HttpClient(peer.url());
    EXPECT_EQ(fetch(context, client, get("/a"))->body, "1");
    EXPECT_EQ(fetch(context, client, get("/b"))->body, "2");
    auto fresh = HttpClient(peer.url());
    peer.only("GET /c", json("{}", "408 Request Timeout"));
    EXPECT_EQ(fetch(context, fresh, get("/c"))->status, 408);
    EXPECT_EQ(peer.count("GET /c"), 1u);
}

TEST(HttpClient, UnreachableServerIsConnectFailure) {
    asio::io_context context;
    auto url = Url{};
    {
        ScriptedPeer stopped(context);
        url = stopped.url();
        context.poll();
    }
    auto client = HttpClient(url);
    auto const response = fetch(context, client, get("/a"));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.failure().code, Errc::connect);
    EXPECT_NE(response.failure().text.find("127.0.0.1:" + url.port), std::string::npos);
    url.scheme = "https";
    auto secure = HttpClient(url);
    EXPECT_EQ(code_of(fetch(context, secure, get("/a"))), Errc::connect);
    url.port = "0";
    auto no_port = HttpClient(url);
    EXPECT_EQ(code_of(fetch(context, no_port, get("/a"))), Errc::connect);
}

TEST(HttpClient, HttpsToPlainServerIsTlsFailure) {
    asio::io_context context;
    ScriptedPeer peer(context);
    auto url = peer.url();
    url.scheme = "https";
    auto client = HttpClient(url);
    auto sending = Sending(context, client, get("/a"));
    // The ClientHello rarely contains an empty line, so the peer reads until it is stopped.
    run_until(context, [&] { return sending.done || peer.connections() == 1; });
    context.poll();
    peer.stop();
    run_until(context, [&] { return sending.done; });
    ASSERT_TRUE(sending.response && !*sending.response);
    EXPECT_EQ(sending.response->failure().code, OUSAGE_WITH_TLS ? Errc::tls : Errc::unsupported);
}

} // namespace
