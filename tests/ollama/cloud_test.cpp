#include "support/cloud_peer.hpp"
#include "support/instances.hpp"
#include "support/process.hpp"
#include "support/threaded_peer.hpp"
#include <ousage/core/enum_name.hpp>
#include <ousage/core/equal.hpp>
#include <ousage/core/run.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/cloud/cloud_cache.hpp>
#include <ousage/ollama/cloud/detail/cloud_round.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

Variables const key{{"OLLAMA_API_KEY", "planted-key-7f3a"}};
Variables const cookie{{"OLLAMA_SESSION_COOKIE", "planted-cookie-91bc"}};

std::string const planted = "planted-";

// One account and the cloud that it queries.
struct Scene {
    asio::io_context context;
    ScriptedPeer peer{context};

    Source<Cloud> source(Variables const& variables) {
        return cloud(access_to(peer.url(), variables));
    }

    std::size_t rounds() const { return peer.count("GET /api/tags"); }
};

std::vector<Errc> codes_of(Outcome<Cloud> const& outcome) {
    auto codes = std::vector<Errc>{};
    for (auto const& failure : outcome.failures) {
        codes.push_back(static_cast<Errc>(failure.code.value()));
        EXPECT_EQ(to_string(failure).find(planted), std::string::npos);
    }
    return codes;
}

TEST(Cloud, RequestsEveryEndpointConcurrentlyWithKey) {
    auto scene = Scene();
    script_cloud(scene.peer);
    for (auto const* const line : cloud_lines) {
        auto held = json("{}");
        held.delivery = Reply::Delivery::hold;
        scene.peer.only(line, held);
    }
    auto outcome = Outcome<Cloud>{};
    auto const source = scene.source(key);
    asio::co_spawn(scene.context, source.collect(outcome), asio::detached);
    while (scene.peer.at_once() < 5) {
        scene.context.run_one();
    }
    EXPECT_EQ(scene.peer.requests().size(), 5u);
    for (auto const& request : scene.peer.requests()) {
        EXPECT_NE(request.find("\r\nAuthorization: Bearer planted-key-7f3a\r\n"), request.npos);
        EXPECT_EQ(request.find("Cookie"), request.npos);
        // Some clouds require a Content-Length for an empty body as well.
        EXPECT_EQ(
            request.find("\r\nContent-Length: 0\r\n") != request.npos, request.starts_with("POST"));
    }
}

TEST(Cloud, MergesResponses) {
    auto scene = Scene();
    script_cloud(scene.peer);
    auto const outcome = poll_once(scene.context, scene.source(key));
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(
        to_json(outcome.value, JsonStyle::compact),
        R"({"cloud":{"cloud_catalog_models":2},"cloud_activity":{"one_day":{"cloud_requests":17},)"
        R"("seven_days":{"cloud_requests":412}},"limits":{"usage_five_hour":{"used":25,"limit":100,)"
        R"("remaining":75,"unit":"percent","window":"5h"},"usage_weekly":{"used":60,"limit":100,)"
        R"("remaining":40,"unit":"percent","window":"1w"},"balance_purchased_usd":{"remaining":25,)"
        R"("unit":"usd"}},"auth_type":"api_key","cloud_age_seconds":0,"account_id":"7",)"
        R"("account_email":"someone@example.com","plan_name":"pro"})");
}

// The balance is documented and exact; the other responses only fill in values that it lacks.
TEST(Cloud, BalanceTakesPrecedenceForItsWindows) {
    auto scene = Scene();
    script_cloud(scene.peer);
    scene.peer.only(
        "POST /api/me",
        json(R"({"session_usage":{"percent":90,"resets_at":"2036-10-01T07:00:00Z"}})"));
    scene.peer.only("GET /api/usage", json(R"({"limits":{"monthly":{"usage":0.5}}})"));
    auto const outcome = poll_once(scene.context, scene.source(key));
    auto const& limits = outcome.value.limits;
    EXPECT_EQ(limits.usage_five_hour->used, 25);
    EXPECT_EQ(to_rfc3339(*limits.usage_five_hour->resets_at), "2036-10-01T07:00:00Z");
    EXPECT_EQ(limits.usage_monthly->used, 50);
}

// A body of more than 64 KiB is parsed on another thread.
TEST(Cloud, ReadsLargeResponse) {
    auto scene = Scene();
    script_cloud(scene.peer);
    auto const padding = std::string(300'000, ' ');
    scene.peer.only(
        "GET /api/usage", json("{" + padding + R"("limits":{"monthly":{"usage":0.5}}})"));
    scene.peer.only("GET /api/balance", json(padding + "x"));
    auto const outcome = poll_once(scene.context, scene.source(key));
    ASSERT_TRUE(outcome.value.limits.usage_monthly) << describe(outcome);
    EXPECT_EQ(outcome.value.limits.usage_monthly->used, 50);
    EXPECT_EQ(codes_of(outcome), std::vector<Errc>{Errc::parse});
}

TEST(Cloud, SkipsRequestsWithoutKeyAndCookie) {
    auto scene = Scene();
    for (auto const& variables : {Variables{}, Variables{{"OLLAMA_API_KEY", " \n"}}}) {
        auto const outcome = poll_once(scene.context, scene.source(variables));
        EXPECT_EQ(outcome.state, State::skipped);
        EXPECT_EQ(outcome.note, "OLLAMA_API_KEY is not set");
        EXPECT_FALSE(outcome.has_value());
    }
    EXPECT_EQ(scene.peer.connections(), 0u);
}

TEST(Cloud, CookieRequestsSettingsPageOnly) {
    auto scene = Scene();
    script_cloud(scene.peer);
    auto const outcome = poll_once(scene.context, scene.source(cookie));
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.auth_type, "cookie");
    EXPECT_EQ(outcome.value.limits.usage_five_hour->used, 12);
    EXPECT_EQ(outcome.value.limits.usage_weekly->used, 30);
    ASSERT_EQ(scene.peer.requests().size(), 1u);
    auto const& request = scene.peer.requests().front();
    EXPECT_NE(request.find("\r\nCookie: __Secure-session=planted-cookie-91bc\r\n"), request.npos);
    EXPECT_NE(request.find("\r\nAccept: text/html\r\n"), request.npos);
    EXPECT_EQ(request.find("application/json"), request.npos);
    EXPECT_EQ(request.find("Authorization"), request.npos);
}

TEST(Cloud, SendsWholeCookieUnchanged) {
    for (auto const& [value, sent] :
         {std::pair("__Secure-session=abc", "__Secure-session=abc"),
          std::pair("wos_session=abc; x=y", "wos_session=abc; x=y"),
          std::pair("YWJj==", "__Secure-session=YWJj=="),
          std::pair("abc", "__Secure-session=abc")}) {
        EXPECT_EQ(ollama::detail::cookie_header(Secret(value)), sent);
    }
}

TEST(Cloud, MapsEachRefusalToItsCode) {
    struct Row {
        Reply reply;
        Errc code;
        char const* words;
    };

    auto const html = [](char const* status) {
        auto reply = json("<html>" + planted + "</html>", status);
        return reply;
    };
    Row const rows[] = {
        {json(R"({"error":"planted-key-7f3a"})", "401 Unauthorized"), Errc::unauthorized, "401"},
        {json(R"({"error":"planted-key-7f3a"})", "403 Forbidden"), Errc::unauthorized, "403"},
        {json(R"({"error":"planted-key-7f3a"})", "402 Payment Required"), Errc::status,
         "the included usage is spent"},
        {html("429 Too Many Requests"), Errc::rate_limited, "429"},
        {html("500 Internal Server Error"), Errc::status, "500"},
        {html("502 Bad Gateway"), Errc::status, "502"},
        {html("503 Service Unavailable"), Errc::status, "503"},
        {html("200 OK"), Errc::parse, "HTML instead of JSON"},
        {json(""), Errc::parse, "empty"},
        {json("", "204 No Content"), Errc::status, "204"},
        {json("{\"planted-\":"), Errc::parse, "not JSON"},
        {fault::redirect("https://example.com/planted-"), Errc::status,
         "redirects are not followed"},
        {fault::close(), Errc::receive, ""},
        {fault::reset(), Errc::receive, ""},
        {fault::garbage(), Errc::parse, ""},
        {fault::long_length(), Errc::receive, ""},
    };
    for (auto const& [reply, code, words] : rows) {
        SCOPED_TRACE(reply.bytes.substr(0, 30));
        auto scene = Scene();
        for (auto const* const line : cloud_lines) {
            scene.peer.on(line, reply);
        }
        auto const outcome = poll_once(scene.context, scene.source(key));
        EXPECT_EQ(outcome.state, State::error);
        EXPECT_FALSE(outcome.has_value());
        EXPECT_EQ(codes_of(outcome), std::vector<Errc>{code});
        EXPECT_NE(describe(outcome).find(words), std::string::npos) << describe(outcome);
        EXPECT_EQ(outcome.failures.front().part, "");
    }
}

TEST(Cloud, OneRefusalKeepsOtherPartsComplete) {
    struct Row {
        char const* status;
        Errc code;
        char const* text;
    };

    for (auto const& [status, code, text] :
         {Row{"401 Unauthorized", Errc::unauthorized, "usage: HTTP status 401"},
          Row{"429 Too Many Requests", Errc::rate_limited, "usage: HTTP status 429"},
          Row{"500 Oh", Errc::status, "usage: HTTP status 500"}}) {
        auto scene = Scene();
        script_cloud(scene.peer);
        scene.peer.only("GET /api/usage", json("{}", status));
        auto const outcome = poll_once(scene.context, scene.source(key));
        EXPECT_EQ(outcome.state, State::partial);
        EXPECT_EQ(codes_of(outcome), std::vector<Errc>{code});
        EXPECT_EQ(describe(outcome), text);
        EXPECT_EQ(outcome.value.cloud.cloud_catalog_models, 2u);
        EXPECT_EQ(outcome.value.limits.usage_weekly->used, 60);
        EXPECT_EQ(outcome.value.account_id, "7");
    }
}

// Every cloud supports the default range; the second range is requested in addition.
TEST(Cloud, UnsupportedRangeIsNoFailure) {
    for (auto const* const status : {"400 Bad Request", "404 Not Found"}) {
        auto scene = Scene();
        script_cloud(scene.peer);
        scene.peer.only("GET /api/usage?range=24h", json("{}", status));
        auto const outcome = poll_once(scene.context, scene.source(key));
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(outcome.value.cloud_activity.seven_days.cloud_requests, 412u);
        EXPECT_FALSE(outcome.value.cloud_activity.one_day.cloud_requests);
    }
}

TEST(Cloud, DeadlineKeepsReceivedResponses) {
    auto scene = Scene();
    script_cloud(scene.peer);
    scene.peer.only("GET /api/balance", fault::hang());
    auto const source = scene.source(key);
    auto const outcome = poll_once(scene.context, source, 50ms);
    EXPECT_EQ(outcome.state, State::partial);
    EXPECT_EQ(codes_of(outcome), std::vector<Errc>{Errc::timeout});
    EXPECT_EQ(outcome.failures.front().part, "balance");
    EXPECT_EQ(outcome.value.account_id, "7");
    // A round that was cancelled still counts.
    auto const again = poll_once(scene.context, source, 50ms);
    EXPECT_EQ(scene.rounds(), 1u);
    EXPECT_EQ(again.value.account_id, "7");
    EXPECT_EQ(codes_of(again), std::vector<Errc>{Errc::timeout});
}

TEST(Cloud, HangingCloudReportsOneTimeout) {
    auto scene = Scene();
    for (auto const* const line : cloud_lines) {
        scene.peer.on(line, fault::hang());
    }
    auto const outcome = poll_once(scene.context, scene.source(key), 50ms);
    EXPECT_EQ(outcome.state, State::timeout);
    EXPECT_EQ(codes_of(outcome), std::vector<Errc>{Errc::timeout});
}

TEST(Cloud, RefusesPlainHttpToRemoteHost) {
    for (auto const* const host :
         {"ollama.com", "192.0.2.1", "localhost.example.com", "2001:db8::1", "10.0.0.1"}) {
        for (auto const& variables : {key, cookie}) {
            asio::io_context context;
            auto const url = io::Url{"http", host, "80", ""};
            auto const outcome = poll_once(context, cloud(access_to(url, variables)), 300ms);
            EXPECT_EQ(codes_of(outcome), std::vector<Errc>{Errc::configuration}) << host;
            EXPECT_NE(describe(outcome).find("only over https"), std::string::npos);
        }
    }
}

TEST(CloudRate, FrequentPollsMakeOneRoundAMinute) {
    auto scene = Scene();
    script_cloud(scene.peer);
    auto const source = scene.source(key);
    for (int second = 0; second < 180; ++second) {
        auto const outcome = poll_once(scene.context, source);
        EXPECT_EQ(outcome.state, State::ok);
        EXPECT_EQ(outcome.value.cloud_age_seconds, static_cast<std::uint64_t>(second % 60));
        EXPECT_EQ(outcome.value.account_id, "7");
        EXPECT_EQ(scene.rounds(), static_cast<std::size_t>(second / 60 + 1)) << second;
        ManualClock::current += 1s;
    }
    EXPECT_EQ(scene.peer.requests().size(), 15u);
}

TEST(CloudRate, ConcurrentPollsShareOneRound) {
    auto scene = Scene();
    script_cloud(scene.peer);
    auto const source = scene.source(key);
    auto one = Outcome<Cloud>{}, two = Outcome<Cloud>{};
    int done = 0;
    asio::co_spawn(scene.context, source.collect(one), [&](std::exception_ptr) { ++done; });
    asio::co_spawn(scene.context, source.collect(two), [&](std::exception_ptr) { ++done; });
    while (done < 2) {
        scene.context.run_one();
    }
    EXPECT_EQ(scene.rounds(), 1u);
    EXPECT_EQ(one.state, State::ok);
    EXPECT_EQ(two.state, State::skipped);
}

// Each collection is a round of its own, a minute after the last one, unless one is running.
TEST(CloudRate, CopiesOnTwoThreadsStartOneRoundAtATime) {
    auto peer = ThreadedPeer(&script_cloud);
    auto access = access_to(*io::parse_url(peer.url()), key);
    auto const minutes = std::make_shared<std::atomic<int>>(0);
    access.clock = [minutes] {
        return manual_milliseconds() + std::chrono::minutes(minutes->fetch_add(2));
    };
    auto const source = cloud(access);
    auto states = std::array<std::vector<State>, 2>();
    auto threads = std::vector<std::thread>();
    for (auto& own : states) {
        threads.emplace_back([copy = source, &own] {
            for (int round = 0; round < 20; ++round) {
                own.push_back(run(copy).state);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    std::size_t rounds = 0;
    for (auto const& own : states) {
        for (auto const state : own) {
            EXPECT_TRUE(state == State::ok || state == State::skipped) << enum_name(state);
        }
        rounds += own.size();
    }
    auto const& stopped = peer.stop();
    EXPECT_LE(stopped.count("GET /api/tags"), rounds);
    EXPECT_GE(stopped.count("GET /api/tags"), 1u);
    EXPECT_LE(stopped.most_at_once(), 5u); // the requests of one round
    EXPECT_EQ(stopped.count("GET /api/tags"), stopped.count("POST /api/me"));
}

TEST(CloudRate, ObeysRetryAfterInSecondsAndAsDate) {
    auto const date = [](std::chrono::seconds later) {
        auto const at = std::chrono::floor<std::chrono::seconds>(manual_milliseconds()) + later;
        auto const text = to_rfc3339({at, 0, 0});
        static char const* const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        return "Sun, " + text.substr(8, 2) + " " + months[std::stoi(text.substr(5, 2)) - 1] + " " +
               text.substr(0, 4) + " " + text.substr(11, 8) + " GMT";
    };
    for (auto const& header : {std::string("300"), date(300s)}) {
        auto scene = Scene();
        script_cloud(scene.peer);
        auto const source = scene.source(key);
        EXPECT_EQ(poll_once(scene.context, source).state, State::ok);
        ManualClock::current += 60s;
        auto const start = ManualClock::current;
        for (auto const* const line : cloud_lines) {
            scene.peer.only(
                line, {"HTTP/1.1 429 Too Many Requests\r\nRetry-After: " +
                       (header == "300" ? header : date(300s)) + "\r\nContent-Length: 0\r\n\r\n"});
        }
        for (int poll = 0; ManualClock::current - start < 300s; ++poll) {
            auto const outcome = poll_once(scene.context, source);
            // The last responses remain, with their age and the reason why they are old.
            EXPECT_EQ(outcome.state, State::partial);
            EXPECT_EQ(codes_of(outcome), std::vector<Errc>{Errc::rate_limited});
            EXPECT_NE(describe(outcome).find("Retry-After 300 s"), std::string::npos);
            EXPECT_EQ(outcome.value.account_id, "7");
            EXPECT_EQ(outcome.value.cloud_age_seconds, static_cast<std::uint64_t>(60 + poll * 10));
            EXPECT_EQ(scene.rounds(), 1u);
            ManualClock::current += 10s;
        }
        for (auto const* const line : cloud_lines) {
            scene.peer.only(line, json("{\"models\":[]}"));
        }
        EXPECT_EQ(poll_once(scene.context, source).state, State::ok);
        EXPECT_EQ(scene.rounds(), 1u);
    }
}

TEST(CloudRate, ReportsEachRoundOfRequestsAndNoCachedValues) {
    auto scene = Scene();
    script_cloud(scene.peer);
    auto access = access_to(scene.peer.url(), key);
    auto attempts = std::vector<bool>{};
    access.attempted = [&attempts](bool received) { attempts.push_back(received); };
    auto const source = cloud(access);
    EXPECT_EQ(poll_once(scene.context, source).state, State::ok);
    poll_once(scene.context, source);
    EXPECT_EQ(attempts, std::vector<bool>{true});
    ManualClock::current += 60s;
    for (auto const* const line : cloud_lines) {
        scene.peer.only(line, json("{}", "500 Oh"));
    }
    // The source still has the earlier values.
    EXPECT_EQ(poll_once(scene.context, source).state, State::partial);
    EXPECT_EQ(attempts, (std::vector<bool>{true, false}));
}

TEST(CloudRate, RetriesFailureAfterMinutePlusJitter) {
    auto scene = Scene();
    auto access = access_to(scene.peer.url(), key);
    access.random = [] { return 0.5; };
    for (auto const* const line : cloud_lines) {
        scene.peer.on(line, json("{}", "500 Oh"));
    }
    auto const source = cloud(access);
    for (int second = 0; second < 75; ++second) {
        EXPECT_EQ(poll_once(scene.context, source).state, State::error);
        EXPECT_EQ(scene.rounds(), 1u) << second;
        ManualClock::current += 1s;
    }
    poll_once(scene.context, source);
    EXPECT_EQ(scene.rounds(), 2u);
}

TEST(CloudRate, DropsWindowAfterItsReset) {
    auto scene = Scene();
    script_cloud(scene.peer);
    auto const soon = std::chrono::floor<std::chrono::seconds>(manual_milliseconds()) + 30s;
    scene.peer.only(
        "GET /api/balance", json(
                                R"({"included":{"session":{"remaining_percent":75,"resets_at":")" +
                                to_rfc3339({soon, 0, 0}) + R"("}}})"));
    auto const source = scene.source(key);
    EXPECT_TRUE(poll_once(scene.context, source).value.limits.usage_five_hour);
    ManualClock::current += 29s;
    EXPECT_TRUE(poll_once(scene.context, source).value.limits.usage_five_hour);
    ManualClock::current += 1s;
    EXPECT_FALSE(poll_once(scene.context, source).value.limits.usage_five_hour);
    EXPECT_EQ(scene.rounds(), 1u);
}

TEST(CloudRate, RefusedNewKeyDiscardsDataOfOldKey) {
    auto scene = Scene();
    script_cloud(scene.peer);
    auto variables = key;
    auto access = access_to(scene.peer.url(), key);
    access.environment = [&](char const* name) {
        auto const found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    auto const source = cloud(access);
    EXPECT_EQ(poll_once(scene.context, source).value.account_id, "7");
    variables["OLLAMA_API_KEY"] = "planted-other";
    for (auto const* const line : cloud_lines) {
        scene.peer.only(line, json("{}", "401 Unauthorized"));
    }
    // Another key means another account, so the cloud is queried immediately.
    auto const outcome = poll_once(scene.context, source);
    EXPECT_EQ(scene.rounds(), 1u);
    EXPECT_EQ(outcome.state, State::error);
    EXPECT_FALSE(outcome.has_value());
}

// Like a status bar: a new process every few seconds, all with the same state file.
TEST(CloudState, RunsShareOneRoundAMinute) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    script_cloud(scene.peer);
    auto access = access_to(scene.peer.url(), key);
    access.state_directory = directory.path() / "state/ousage";
    for (int second = 0; second < 120; second += 5) {
        auto const outcome = poll_once(scene.context, cloud(access));
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(outcome.value.cloud_age_seconds, static_cast<std::uint64_t>(second % 60));
        EXPECT_EQ(outcome.value.limits.usage_weekly->used, 60);
        EXPECT_EQ(outcome.value.plan_name, "pro");
        EXPECT_EQ(scene.rounds(), static_cast<std::size_t>(second / 60 + 1)) << second;
        ManualClock::current += 5s;
    }
}

std::filesystem::path only_file(std::filesystem::path const& directory) {
    auto found = std::filesystem::path();
    for (auto const& entry : std::filesystem::directory_iterator(directory)) {
        EXPECT_TRUE(found.empty());
        found = entry.path();
    }
    return found;
}

TEST(CloudState, FileIsPrivateAndContainsNoSecret) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    script_cloud(scene.peer);
    scene.peer.only("GET /api/usage", json(R"({"error":"planted-key-7f3a"})", "401 Unauthorized"));
    auto variables = key;
    variables.insert(cookie.begin(), cookie.end());
    auto access = access_to(scene.peer.url(), variables);
    access.state_directory = directory.path() / "ousage";
    poll_once(scene.context, cloud(access));
    auto const file = only_file(*access.state_directory);
    auto const text = read_file(file);
    EXPECT_EQ(text.find(planted), text.npos) << text;
    EXPECT_NE(text.find("\"plan_name\":\"pro\""), text.npos) << text;
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file).permissions(), perms::owner_read | perms::owner_write);
    EXPECT_EQ(std::filesystem::status(*access.state_directory).permissions(), perms::owner_all);
}

TEST(CloudState, SharesRetryAfterAndFailures) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    for (auto const* const line : cloud_lines) {
        scene.peer.on(line, {"HTTP/1.1 429 Slow\r\nRetry-After: 200\r\nContent-Length: 0\r\n\r\n"});
    }
    auto access = access_to(scene.peer.url(), key);
    access.state_directory = directory.path();
    for (int second = 0; second < 200; second += 20) {
        auto const outcome = poll_once(scene.context, cloud(access));
        EXPECT_EQ(outcome.state, State::error);
        EXPECT_EQ(codes_of(outcome), std::vector<Errc>{Errc::rate_limited});
        EXPECT_EQ(scene.rounds(), 1u);
        ManualClock::current += 20s;
    }
    poll_once(scene.context, cloud(access));
    EXPECT_EQ(scene.rounds(), 2u);
}

// The response is relative to the clock of the windows, which `--now` sets; requests are not.
TEST(CloudState, ResetInSecondsIsRelativeToClockOfWindows) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    script_cloud(scene.peer);
    scene.peer.only(
        "GET /api/usage", json(R"({"limits":{"session":{"used":0.5,"reset_in_seconds":600}}})"));
    auto access = access_to(scene.peer.url(), key);
    access.state_directory = directory.path();
    auto const fixed = std::chrono::sys_seconds(std::chrono::seconds(1'930'000'000));
    auto const real = access.now;
    access.now = [fixed] { return fixed; };
    for (int run = 0; run < 2; ++run) { // the second run reads the stored values
        auto const outcome = poll_once(scene.context, cloud(access));
        auto const& limit = outcome.value.limits.usage_five_hour;
        ASSERT_TRUE(limit && limit->resets_at) << run;
        EXPECT_EQ(limit->resets_at->at, fixed + 600s) << run;
    }
    // A run with another clock does not use them.
    access.now = real;
    auto const outcome = poll_once(scene.context, cloud(access));
    EXPECT_EQ(scene.rounds(), 1u);
    ASSERT_TRUE(outcome.value.limits.usage_five_hour);
    EXPECT_FALSE(outcome.value.limits.usage_five_hour->resets_at);
}

// Stored responses expire after a minute; a longer Retry-After remains in effect.
TEST(CloudState, ResponsesExpireAfterOneMinute) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    script_cloud(scene.peer);
    scene.peer.only(
        "GET /api/usage", {"HTTP/1.1 429 Slow\r\nRetry-After: 200\r\nContent-Length: 0\r\n\r\n"});
    auto access = access_to(scene.peer.url(), key);
    access.state_directory = directory.path();
    for (int second = 0; second < 200; second += 20) {
        auto const outcome = poll_once(scene.context, cloud(access));
        EXPECT_EQ(codes_of(outcome), std::vector<Errc>{Errc::rate_limited});
        EXPECT_EQ(outcome.value.account_id.has_value(), second < 60) << second;
        EXPECT_EQ(scene.rounds(), 1u);
        ManualClock::current += 20s;
    }
}

TEST(CloudState, CachedOnlyReturnsTheStoredResponseAndSendsNothing) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    script_cloud(scene.peer);
    auto access = access_to(scene.peer.url(), key);
    access.state_directory = directory.path() / "ousage";
    auto stored_only = access;
    stored_only.cached_only = true;
    auto const nothing = poll_once(scene.context, cloud(stored_only));
    EXPECT_EQ(nothing.state, State::skipped) << describe(nothing);
    EXPECT_EQ(scene.rounds(), 0u);
    EXPECT_FALSE(std::filesystem::exists(*access.state_directory));
    poll_once(scene.context, cloud(access));
    ManualClock::current += 10800s;
    auto const outcome = poll_once(scene.context, cloud(stored_only));
    EXPECT_EQ(scene.rounds(), 1u);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.cloud_age_seconds, 3u * 3600);
    EXPECT_EQ(outcome.value.plan_name, "pro");
    stored_only.environment =
        access_to(scene.peer.url(), {{"OLLAMA_API_KEY", "other"}}).environment;
    EXPECT_EQ(poll_once(scene.context, cloud(stored_only)).state, State::skipped);
}

TEST(CloudState, CachedOnlyReportsFailuresOfTheLastTenMinutes) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    script_cloud(scene.peer);
    scene.peer.only("GET /api/usage", {"HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n"});
    auto access = access_to(scene.peer.url(), key);
    access.state_directory = directory.path() / "ousage";
    poll_once(scene.context, cloud(access));
    access.cached_only = true;
    EXPECT_EQ(poll_once(scene.context, cloud(access)).failures.size(), 1u);
    ManualClock::current += 601s;
    auto const outcome = poll_once(scene.context, cloud(access));
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.plan_name, "pro");
}

TEST(CloudState, OtherKeyOtherCloudAndNoStateMakeOwnRounds) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    script_cloud(scene.peer);
    auto access = access_to(scene.peer.url(), key);
    access.state_directory = directory.path();
    poll_once(scene.context, cloud(access));
    auto other = access_to(scene.peer.url(), {{"OLLAMA_API_KEY", "planted-other"}});
    other.state_directory = directory.path();
    poll_once(scene.context, cloud(other));
    EXPECT_EQ(scene.rounds(), 2u);
    access.state_directory.reset();
    poll_once(scene.context, cloud(access));
    EXPECT_EQ(scene.rounds(), 3u);
    auto elsewhere = access_to(scene.peer.url(), key);
    elsewhere.base.host = "localhost";
    elsewhere.state_directory = directory.path();
    poll_once(scene.context, cloud(elsewhere));
    EXPECT_EQ(scene.rounds(), 4u);
}

TEST(CloudState, IgnoresInvalidFile) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    script_cloud(scene.peer);
    auto access = access_to(scene.peer.url(), key);
    access.state_directory = directory.path();
    poll_once(scene.context, cloud(access));
    auto const file = only_file(directory.path());
    auto const good = read_file(file);
    auto const now_ms = manual_milliseconds().time_since_epoch().count();
    auto const hash = ollama::detail::credentials_hash(Secret("planted-key-7f3a"), Secret());
    auto const from = [&](std::int64_t asked, std::int64_t until) {
        return R"({"started_ms":)" + std::to_string(asked) + R"(,"wait_until_ms":)" +
               std::to_string(until) + R"(,"credentials_hash":)" + std::to_string(hash) + "}";
    };
    std::size_t rounds = 1;
    for (auto const& text :
         {std::string(), std::string("{"), good.substr(0, good.size() / 2),
          std::string(2'000'000, ' '), std::string("[]"), std::string("{\"started_ms\":\"x\"}"),
          std::string("\0\xff", 2),
          // A wrong clock must not block the cloud forever.
          from(now_ms + 10'000, now_ms + 20'000), from(now_ms, now_ms + 1'000'000'000'000)}) {
        directory.write(file.filename().string(), text);
        auto const outcome = poll_once(scene.context, cloud(access));
        EXPECT_EQ(outcome.state, State::ok) << text.substr(0, 60);
        EXPECT_EQ(scene.rounds(), ++rounds) << text.substr(0, 60);
    }
    EXPECT_EQ(read_file(file).size(), good.size());
}

CloudRound round_with_values() {
    auto round = CloudRound{};
    round.started_ms = 1'800'000'000'000;
    round.wait_until_ms = round.started_ms + 60'000;
    round.received_ms = round.started_ms + 250;
    round.credentials_hash = 0xBEEF;
    round.value.cloud.cloud_catalog_models = 18'446'744'073'709'551'615u;
    round.value.cloud_activity.one_day.cloud_cost_usd = 0.1 + 0.2;
    round.value.limits.usage_weekly.emplace().used = 1e-9;
    round.value.limits.balance_purchased_usd.emplace(); // present without a value
    round.value.account_id = "";
    round.value.account_name = std::string("\0\x01\x1f\x7f\"\\\n\t\xc3\xa9", 10);
    round.value.billing_cycle_end = parse_rfc3339("2026-10-15T09:30:00.5+02:00");
    round.failures.push_back({"usage", Errc::rate_limited, "HTTP status 429\r\n"});
    round.failures.push_back({"", Errc::timeout, ""});
    return round;
}

TEST(CloudState, RoundIsEqualAfterWritingAndReading) {
    for (auto const& round : {CloudRound{}, round_with_values()}) {
        auto const text = ollama::detail::to_text(round);
        auto const again = ollama::detail::read_round(text);
        ASSERT_TRUE(again) << text;
        EXPECT_TRUE(equal(*again, round)) << text;
    }
}

// Server texts are valid UTF-8 if they were JSON. Any other byte must not damage the file.
TEST(CloudState, InvalidUtf8IsReplacedAndFileRemainsReadable) {
    auto round = round_with_values();
    round.value.plan_name = "pro\xff";
    round.failures.front().text = "\xc3";
    auto const again = ollama::detail::read_round(ollama::detail::to_text(round));
    ASSERT_TRUE(again);
    round.value.plan_name = "pro\xEF\xBF\xBD";
    round.failures.front().text = "\xEF\xBF\xBD";
    EXPECT_TRUE(equal(*again, round));
}

TEST(CloudState, ReadsFileOfPreviousVersion) {
    auto const round = ollama::detail::read_round(
        R"({"asked_ms":1800000000000,"wait_until_ms":1800000060000,"answered_ms":1800000000250,)"
        R"("mark":48879,"value":{"cloud":{"cloud_catalog_models":2},"cloud_activity":{"one_day":)"
        R"({"cloud_requests":17,"cloud_input_tokens":null,"cloud_output_tokens":null,)"
        R"("cloud_cost_usd":null},"seven_days":{"cloud_requests":null,"cloud_input_tokens":null,)"
        R"("cloud_output_tokens":null,"cloud_cost_usd":null}},"limits":{"usage_five_hour":null,)"
        R"("usage_one_day":null,"usage_weekly":{"used":60,"limit":100,"remaining":40,"unit":)"
        R"("percent","window":"1w","resets_at":null},"usage_monthly":null,"balance_included_usd":)"
        R"(null,"balance_purchased_usd":null},"auth_type":"api_key","cloud_age_seconds":0,)"
        R"("account_id":"\u000a\u0022","account_email":null,"account_name":null,"plan_name":null,)"
        R"("customer_id":null,"subscription_id":null,"workos_user_id":null,"billing_cycle_start":)"
        R"(null,"billing_cycle_end":"2026-10-15T09:30:00Z"},"failures":[{"part":"usage","code":)"
        R"("rate_limited","text":"HTTP status 429"}]})");
    ASSERT_TRUE(round);
    EXPECT_EQ(round->started_ms, 1'800'000'000'000);
    EXPECT_EQ(round->wait_until_ms, 1'800'000'060'000);
    EXPECT_EQ(round->received_ms, 1'800'000'000'250);
    EXPECT_EQ(round->credentials_hash, 48879u);
    EXPECT_EQ(round->value.cloud.cloud_catalog_models, 2u);
    EXPECT_EQ(round->value.cloud_activity.one_day.cloud_requests, 17u);
    EXPECT_FALSE(round->value.limits.usage_five_hour);
    EXPECT_EQ(round->value.limits.usage_weekly->used, 60);
    EXPECT_EQ(round->value.account_id, "\n\"");
    EXPECT_EQ(to_rfc3339(*round->value.billing_cycle_end), "2026-10-15T09:30:00Z");
    ASSERT_EQ(round->failures.size(), 1u);
    EXPECT_EQ(round->failures.front().code, Errc::rate_limited);
    EXPECT_TRUE(ollama::detail::must_wait(*round, 48879, 1'800'000'030'000));
}

TEST(CloudState, UnwritableDirectoryIsNoFailure) {
    auto const directory = TemporaryDirectory();
    auto const file = directory.write("file", "x");
    for (auto const& path : {file / "below", std::filesystem::path("/proc/nowhere"), file}) {
        auto scene = Scene();
        script_cloud(scene.peer);
        auto access = access_to(scene.peer.url(), key);
        access.state_directory = path;
        EXPECT_EQ(poll_once(scene.context, cloud(access)).state, State::ok) << path;
    }
    EXPECT_EQ(read_file(file), "x");
}

TEST(CloudState, DoesNotFollowSymbolicLink) {
    auto const directory = TemporaryDirectory();
    auto scene = Scene();
    script_cloud(scene.peer);
    auto access = access_to(scene.peer.url(), key);
    access.state_directory = directory.path() / "ousage";
    auto const victim = directory.write("victim", "precious");
    auto const file = *ollama::detail::state_file(access);
    std::filesystem::create_directories(file.parent_path());
    std::filesystem::create_symlink(victim, file);
    EXPECT_EQ(poll_once(scene.context, cloud(access)).state, State::ok);
    EXPECT_EQ(read_file(victim), "precious");
}

} // namespace
