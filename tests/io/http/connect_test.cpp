#include <ousage/io/http/detail/connect.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <exception>
#include <optional>

namespace {

using namespace ousage;
using namespace ousage::test;
using io::detail::ConnectRace;
using std::chrono_literals::operator""ms;
using asio::ip::tcp;

// An address that neither accepts nor refuses connections: its queue is full.
struct SilentServer {
    explicit SilentServer(asio::io_context& context)
        : acceptor(context, tcp::endpoint(asio::ip::make_address("127.0.0.2"), 0)) {
        acceptor.listen(0);
        for (int count = 0; count < 4; ++count) {
            auto& client = clients.emplace_back(context);
            client.async_connect(acceptor.local_endpoint(), [](asio::error_code const&) {});
        }
    }

    tcp::acceptor acceptor;
    std::deque<tcp::socket> clients;
};

tcp::endpoint endpoint_of(ScriptedPeer const& peer) {
    return {asio::ip::make_address("127.0.0.1"), peer.port()};
}

// An address on which no server listens.
tcp::endpoint refusing(asio::io_context& context) {
    auto acceptor = tcp::acceptor(context, tcp::endpoint(asio::ip::make_address("127.0.0.3"), 0));
    return acceptor.local_endpoint();
}

struct Racing {
    std::optional<tcp::socket> socket;
    asio::error_code error;
    std::chrono::nanoseconds elapsed{};
    bool done = false;

    static asio::awaitable<void> run(io::Endpoints endpoints, Racing& into) {
        auto const executor = co_await asio::this_coro::executor;
        auto const start = std::chrono::steady_clock::now();
        auto race = ConnectRace(executor, endpoints);
        auto socket = co_await race.run();
        into.socket = std::move(socket);
        into.error = race.error();
        into.elapsed = std::chrono::steady_clock::now() - start;
    }

    Racing(asio::io_context& context, io::Endpoints endpoints, asio::cancellation_signal& cancel) {
        auto work = run(std::move(endpoints), *this);
        asio::co_spawn(
            context, std::move(work),
            asio::bind_cancellation_slot(
                cancel.slot(), [this](std::exception_ptr) { done = true; }));
    }

    Racing(Racing const&) = delete;
};

void run_until_done(asio::io_context& context, Racing const& racing) {
    while (!racing.done && context.run_one() > 0) {
    }
}

TEST(Connect, SecondAddressIsTriedIfFirstIsSilent) {
    asio::io_context context;
    ScriptedPeer peer(context);
    SilentServer silent(context);
    asio::cancellation_signal cancel;
    auto const endpoints = io::Endpoints{silent.acceptor.local_endpoint(), endpoint_of(peer)};
    Racing racing(context, endpoints, cancel);
    run_until_done(context, racing);
    ASSERT_TRUE(racing.socket);
    EXPECT_EQ(racing.socket->remote_endpoint(), endpoint_of(peer));
    EXPECT_GE(racing.elapsed, 240ms);
    EXPECT_LE(racing.elapsed, 2000ms);
}

TEST(Connect, RefusedAddressDelaysNothing) {
    asio::io_context context;
    ScriptedPeer peer(context);
    asio::cancellation_signal cancel;
    auto const refused = refusing(context);
    Racing racing(context, {refused, refused, refused, refused, endpoint_of(peer)}, cancel);
    run_until_done(context, racing);
    ASSERT_TRUE(racing.socket);
    EXPECT_EQ(racing.socket->remote_endpoint(), endpoint_of(peer));
    EXPECT_LE(racing.elapsed, 240ms);
}

TEST(Connect, FirstAddressWinsIfItAccepts) {
    asio::io_context context;
    ScriptedPeer first(context), second(context);
    asio::cancellation_signal cancel;
    Racing racing(context, {endpoint_of(first), endpoint_of(second)}, cancel);
    run_until_done(context, racing);
    ASSERT_TRUE(racing.socket);
    EXPECT_EQ(racing.socket->remote_endpoint(), endpoint_of(first));
    context.poll();
    EXPECT_EQ(second.connections(), 0u);
}

TEST(Connect, ReportsLastErrorIfAllFail) {
    asio::io_context context;
    asio::cancellation_signal cancel;
    auto const refused = refusing(context);
    Racing racing(context, {refused, refused}, cancel);
    run_until_done(context, racing);
    EXPECT_FALSE(racing.socket);
    EXPECT_EQ(racing.error, asio::error::connection_refused);
    Racing none(context, {}, cancel);
    context.restart();
    run_until_done(context, none);
    EXPECT_FALSE(none.socket);
    EXPECT_EQ(none.error, asio::error::host_not_found);
}

TEST(Connect, CancellationEndsAllAttempts) {
    asio::io_context context;
    SilentServer silent(context);
    asio::cancellation_signal cancel;
    auto const endpoint = tcp::endpoint(silent.acceptor.local_endpoint());
    Racing racing(context, {endpoint, endpoint, endpoint}, cancel);
    context.run_for(300ms);
    EXPECT_FALSE(racing.done);
    cancel.emit(asio::cancellation_type::terminal);
    context.restart();
    run_until_done(context, racing);
    EXPECT_FALSE(racing.socket);
    EXPECT_EQ(racing.error, asio::error::operation_aborted);
}

} // namespace
