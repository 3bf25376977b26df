#include <ousage/io/http/detail/connection_pool.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/execution_context.hpp>
#include <asio/io_context.hpp>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <list>
#include <utility>

namespace {

using namespace ousage;
using namespace ousage::io;
using namespace ousage::test;
using namespace std::chrono_literals;
using io::detail::ConnectionsOfContext;

// Sets the number of descriptors until the end of the block.
class DescriptorLimit {
public:
    explicit DescriptorLimit(rlim_t count) {
        EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &earlier_), 0);
        auto lower = earlier_;
        lower.rlim_cur = count;
        EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &lower), 0);
    }

    DescriptorLimit(DescriptorLimit const&) = delete;
    DescriptorLimit& operator=(DescriptorLimit const&) = delete;

    ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &earlier_); }

private:
    rlimit earlier_{};
};

asio::execution_context& as_execution_context(asio::io_context& context) {
    return context;
}

ConnectionsOfContext& service_with(asio::io_context& context, rlim_t descriptors) {
    auto const limit = DescriptorLimit(descriptors);
    return asio::use_service<ConnectionsOfContext>(as_execution_context(context));
}

asio::awaitable<void> fetch(HttpClient& client, int& status, bool& is_done) {
    auto request = HttpRequest{};
    request.target = "/a";
    auto const response = co_await client.send(std::move(request));
    status = response ? response->status : 0;
    is_done = true;
}

int status_of(asio::io_context& context, HttpClient& client) {
    int status = 0;
    auto is_done = false;
    asio::co_spawn(context, fetch(client, status, is_done), asio::detached);
    context.restart();
    while (!is_done && context.run_one() > 0) {
    }
    return status;
}

TEST(ConnectionPool, LimitsIdleConnectionsOfAllClients) {
    asio::io_context context;
    auto& service = service_with(context, 64);
    EXPECT_EQ(service.limit(), 16u);
    ScriptedPeer peer(context);
    peer.on("GET /a", json("1"));
    auto clients = std::list<HttpClient>{};
    for (std::size_t count = 1; count <= 40; ++count) {
        EXPECT_EQ(status_of(context, clients.emplace_back(peer.url())), 200);
        EXPECT_LE(service.idle(), service.limit());
        EXPECT_GE(service.idle(), std::min<std::size_t>(count, 12));
    }
    // The newest connections remain.
    auto const accepted = peer.connections();
    EXPECT_EQ(status_of(context, clients.back()), 200);
    EXPECT_EQ(peer.connections(), accepted);
    EXPECT_EQ(status_of(context, clients.front()), 200);
    EXPECT_EQ(peer.connections(), accepted + 1);
    clients.clear();
    EXPECT_EQ(service.idle(), 0u);
}

TEST(ConnectionPool, ClosesConnectionsThatAreIdleForAMinute) {
    asio::io_context context;
    auto& service = asio::use_service<ConnectionsOfContext>(as_execution_context(context));
    ScriptedPeer peer(context);
    peer.on("GET /a", json("1"));
    auto client = HttpClient(peer.url());
    EXPECT_EQ(status_of(context, client), 200);
    EXPECT_EQ(service.idle(), 1u);
    auto const now = ConnectionsOfContext::Clock::now();
    service.trim(now + 59s);
    EXPECT_EQ(service.idle(), 1u);
    service.trim(now + 61s);
    EXPECT_EQ(service.idle(), 0u);
    EXPECT_EQ(status_of(context, client), 200);
}

} // namespace
