#include <ousage/core/run.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/io/http/resolve.hpp>
#include <ousage/testing/manual_clock.hpp>

#include <asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace {

using namespace ousage;
using namespace ousage::io;

struct Found {
    std::optional<Endpoints> endpoints;
};

// A lookup that hangs until the test releases it, as getaddrinfo hangs without a name server.
struct Hanging {
    std::mutex mutex;
    std::condition_variable changed;
    bool started = false, let_go = false, ended = false;

    void set(bool& what) {
        auto const lock = std::lock_guard(mutex);
        what = true;
        changed.notify_all();
    }

    void wait(bool const& what) {
        auto lock = std::unique_lock(mutex);
        changed.wait(lock, [&] { return what; });
    }
} hanging;

Result<Endpoints> lookup_hanging(std::string const&, unsigned short) {
    hanging.set(hanging.started);
    hanging.wait(hanging.let_go);
    hanging.set(hanging.ended);
    return Endpoints{};
}

std::atomic<int> lookups = 0;

Result<Endpoints> lookup_fixed(std::string const& host, unsigned short port) {
    ++lookups;
    if (host != "known.example") {
        return {Errc::resolve, "cannot resolve " + host};
    }
    return Endpoints{{asio::ip::make_address("192.0.2.7"), port}};
}

asio::awaitable<void>
find(std::string host, std::string port, Lookup lookup, Outcome<Found>& into) {
    auto const found = co_await resolve(std::move(host), std::move(port), lookup);
    if (found) {
        into.value.endpoints = *found;
    } else {
        into.fail({}, found.failure());
    }
}

Source<Found> finding(std::string host, std::string port, Lookup lookup = &lookup_fixed) {
    auto collect = [=](Outcome<Found>& into) { return find(host, port, lookup, into); };
    return Source<Found>("finding", std::move(collect));
}

std::string to_text(Outcome<Found> const& outcome) {
    auto text = describe(outcome);
    for (auto const& endpoint : outcome.value.endpoints.value_or(Endpoints{})) {
        text += endpoint.address().to_string() + ":" + std::to_string(endpoint.port()) + " ";
    }
    return text;
}

TEST(Resolve, LiteralsAndLocalhostNeedNoLookup) {
    lookups = 0;
    EXPECT_EQ(to_text(run(finding("127.0.0.1", "11434"))), "127.0.0.1:11434 ");
    EXPECT_EQ(to_text(run(finding("::1", "1"))), "::1:1 ");
    EXPECT_EQ(to_text(run(finding("192.0.2.255", "65535"))), "192.0.2.255:65535 ");
    EXPECT_EQ(to_text(run(finding("localhost", "80"))), "127.0.0.1:80 ::1:80 ");
    EXPECT_EQ(lookups, 0);
}

TEST(Resolve, LooksUpNamesOnThread) {
    lookups = 0;
    EXPECT_EQ(to_text(run(finding("known.example", "8080"))), "192.0.2.7:8080 ");
    auto const unknown = run(finding("unknown.example", "8080"));
    EXPECT_EQ(unknown.state, State::error);
    EXPECT_EQ(unknown.failures.at(0).code, Errc::resolve);
    EXPECT_EQ(describe(unknown), "cannot resolve unknown.example");
    EXPECT_EQ(lookups, 2);
}

TEST(Resolve, RejectsInvalidPortBeforeLookup) {
    lookups = 0;
    for (auto const* const port : {"", "0", "65536", "-1", "x", "80x", "99999999999999999999"}) {
        auto const outcome = run(finding("known.example", port));
        ASSERT_EQ(outcome.failures.size(), 1u) << port;
        EXPECT_EQ(outcome.failures[0].code, Errc::connect) << port;
    }
    EXPECT_EQ(lookups, 0);
}

TEST(Resolve, UnresolvableNameIsResolveFailure) {
    // RFC 6761: .invalid never exists; a label of 64 characters is not allowed.
    auto const outcome = run(finding(std::string(64, 'a') + ".invalid", "80", &system_lookup));
    ASSERT_EQ(outcome.failures.size(), 1u);
    EXPECT_EQ(outcome.failures[0].code, Errc::resolve);
}

TEST(Resolve, HangingLookupDelaysNoDeadline) {
    using test::ManualClock;
    asio::io_context context;
    auto const source = with_timeout<ManualClock>(
        finding("slow.example", "80", &lookup_hanging), std::chrono::seconds(1));
    auto outcome = Outcome<Found>{};
    auto done = false;
    asio::co_spawn(
        context, source.collect(outcome), [&](std::exception_ptr error) { done = !error; });
    test::settle(context);
    hanging.wait(hanging.started);
    EXPECT_FALSE(done);
    test::turn(context, std::chrono::seconds(2));
    // The lookup still hangs; nothing waits for it.
    EXPECT_TRUE(done);
    EXPECT_FALSE(hanging.ended);
    EXPECT_EQ(outcome.state, State::timeout);
    hanging.set(hanging.let_go);
    hanging.wait(hanging.ended);
}

} // namespace
