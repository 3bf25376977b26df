#include "support/instances.hpp"
#include "support/process.hpp"
#include "support/truth.hpp"
#include <ousage/core/run.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/local_api.hpp>
#include <ousage/ollama/local_api/api.hpp>
#include <ousage/ollama/local_api/detail/local_api_state.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/local_api/model_list.hpp>
#include <ousage/testing/scripted_peer.hpp>

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;
using std::chrono_literals::operator""ms;

std::string recorded(std::string const& name) {
    return read_data("ollama/" + name + ".json");
}

auto const sign_in = R"({"error":"unauthorized","signin_url":"https://ollama.com/connect?x=1"})";

// Scripts a server without any fault.
void script_good(ScriptedPeer& peer) {
    peer.on("GET /api/version", json(R"({"version":"0.33.0"})"));
    peer.on("GET /api/status", json(R"({"cloud":{"disabled":false,"source":"none"}})"));
    peer.on("POST /api/me", json(sign_in, "401 Unauthorized"));
    peer.on("GET /api/tags", json(R"({"models":[{"name":"a:latest","digest":"d1","size":5}]})"));
    peer.on("GET /api/ps", json(R"({"models":[{"name":"a:latest","size":10,"size_vram":4}]})"));
    peer.on(
        "POST /api/show", json(R"({"model_info":{"general.architecture":"llama",)"
                               R"("general.parameter_count":7,"llama.context_length":4096},)"
                               R"("capabilities":["completion","tools"]})"));
}

// Polls once, with a real-time deadline that only a hanging server reaches.
Outcome<LocalApi>
poll(asio::io_context& context, Source<LocalApi> const& plain, std::chrono::milliseconds limit) {
    auto const source = with_timeout(plain, limit);
    auto outcome = Outcome<LocalApi>{};
    auto done = false;
    asio::co_spawn(context, source.collect(outcome), [&](std::exception_ptr) { done = true; });
    context.restart();
    while (!done && context.run_one() > 0) {
    }
    EXPECT_TRUE(done);
    return outcome;
}

Outcome<LocalApi> poll(asio::io_context& context, ScriptedPeer const& peer) {
    return poll(context, local_api(peer.url()), 10'000ms);
}

std::size_t shows(ScriptedPeer const& peer, std::string const& name) {
    auto const& all = peer.requests();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](std::string const& request) {
            return request.starts_with("POST /api/show") &&
                   request.ends_with("{\"model\":\"" + name + "\"}");
        }));
}

// Scripts the recorded responses. Each /api/show gets its response by order: ousage requests the
// models in the order of /api/tags, one connection after another.
void script_recording(ScriptedPeer& peer, std::string const& version, std::string const& ps) {
    peer.on("GET /api/version", json(recorded(version + "/version")));
    peer.on("GET /api/status", json(recorded(version + "/status")));
    peer.on("POST /api/me", json(recorded(version + "/me_1"), "503 Service Unavailable"));
    peer.on("GET /api/tags", json(recorded(version + "/tags")));
    peer.on("GET /api/ps", json(recorded(version + "/" + ps)));
}

TEST(LocalApi, SendsNoPostIfGetOnly) {
    auto context = asio::io_context(1);
    auto peer = ScriptedPeer(context);
    script_good(peer);
    auto const cache = std::make_shared<LocalApiCache>(peer.url());
    cache->get_only = true;
    auto const outcome = poll(context, local_api(cache), 10'000ms);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.models.size(), 1u);
    EXPECT_EQ(outcome.value.loaded_models.size(), 1u);
    EXPECT_FALSE(outcome.value.signin_url);
    EXPECT_EQ(peer.count("POST /api/me"), 0u);
    EXPECT_EQ(peer.count("POST /api/show"), 0u);
}

// A server, and a source that requests more than GET /api/ps only if it is told to.
struct PartlyDue {
    asio::io_context context{1};
    ScriptedPeer peer{context};
    bool is_rest_due = true;
    Source<LocalApi> source = local_api(cache());

    std::shared_ptr<LocalApiCache> cache() {
        script_good(peer);
        auto made = std::make_shared<LocalApiCache>(peer.url());
        made->rest_due = [this] { return is_rest_due; };
        return made;
    }
};

TEST(LocalApi, RequestsLoadedModelsAloneIfTheRestIsNotDue) {
    auto server = PartlyDue();
    poll(server.context, server.source, 10'000ms);
    server.peer.only("GET /api/ps", json(R"({"models":[{"name":"b","size":7}]})"));
    server.is_rest_due = false;
    auto const outcome = poll(server.context, server.source, 10'000ms);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.cli_version, "0.33.0");
    EXPECT_EQ(outcome.value.models.size(), 1u);
    EXPECT_EQ(outcome.value.server.models_total, 1u);
    ASSERT_EQ(outcome.value.loaded_models.size(), 1u);
    EXPECT_EQ(outcome.value.loaded_models[0].name, "b");
    EXPECT_EQ(outcome.value.server.loaded_model_bytes, 7u);
    EXPECT_FALSE(outcome.value.server.loaded_vram_bytes);
    EXPECT_EQ(server.peer.count("GET /api/tags"), 1u);
    EXPECT_EQ(server.peer.count("GET /api/version"), 1u);
    EXPECT_EQ(server.peer.count("GET /api/ps"), 1u); // since it responds otherwise
    server.is_rest_due = true;
    poll(server.context, server.source, 10'000ms);
    EXPECT_EQ(server.peer.count("GET /api/tags"), 2u);
}

TEST(LocalApi, ReportsTheFailureOfARestThatIsNotDue) {
    auto server = PartlyDue();
    server.peer.only("GET /api/status", json("{}", "500 Internal Server Error"));
    for (bool const is_due : {true, false, false}) {
        server.is_rest_due = is_due;
        auto const outcome = poll(server.context, server.source, 10'000ms);
        EXPECT_EQ(outcome.state, State::partial) << describe(outcome);
        ASSERT_EQ(outcome.failures.size(), 1u) << describe(outcome);
        EXPECT_EQ(outcome.value.models.size(), 1u);
        EXPECT_EQ(outcome.value.loaded_models.size(), 1u);
    }
    EXPECT_EQ(server.peer.count("GET /api/status"), 1u);
    EXPECT_EQ(server.peer.count("GET /api/ps"), 3u);
    server.is_rest_due = true;
    server.peer.only("GET /api/status", json(R"({"cloud":{"disabled":true,"source":"env"}})"));
    EXPECT_EQ(poll(server.context, server.source, 10'000ms).state, State::ok);
}

TEST(LocalApi, RequestsEverythingAfterAFailureOfLoadedModels) {
    auto server = PartlyDue();
    poll(server.context, server.source, 10'000ms);
    server.is_rest_due = false;
    server.peer.only("GET /api/ps", json("{}", "500 Internal Server Error"));
    auto outcome = poll(server.context, server.source, 10'000ms);
    EXPECT_EQ(outcome.state, State::partial) << describe(outcome);
    EXPECT_EQ(server.peer.count("GET /api/tags"), 2u);
    server.peer.only("GET /api/ps", json(R"({"models":[]})"));
    outcome = poll(server.context, server.source, 10'000ms);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(server.peer.count("GET /api/tags"), 3u);
}

TEST(LocalApi, ReportsValuesOfRecordedOldServer) {
    asio::io_context context;
    ScriptedPeer peer(context);
    auto const version = std::string("v0.24.0");
    script_recording(peer, version, "ps_forever");
    auto cache = std::make_shared<LocalApiCache>(peer.url());
    // One connection at a time, so that each response matches its request.
    cache->client = io::HttpClient(peer.url(), {}, 1);
    for (auto const* const name :
         {"far_latest", "tiny_latest", "tiny-embed_latest", "tiny-tools_q8", "zz_latest",
          "registry.example.com_5000_team_tiny_copy", "acme_tiny-think_v1.5"}) {
        peer.on("POST /api/show", json(recorded(version + "/show_" + name)));
    }
    auto const source = local_api(cache);
    for (int round = 0; round < 2; ++round) {
        auto const outcome = poll(context, source, 10'000ms);
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        auto server = outcome.value.server;
        EXPECT_TRUE(server.api_response_ms && *server.api_response_ms >= 0);
        server.api_response_ms.reset();
        EXPECT_EQ(
            to_json(server, JsonStyle::compact),
            R"({"models_total":7,"models_local":5,"models_cloud":2,"model_storage_bytes":1157929,)"
            R"("cloud_model_stub_bytes":553,"loaded_models":2,"loaded_model_bytes":3028992,)"
            R"("loaded_vram_bytes":0,"context_window":8192,"models_with_tools":2,)"
            R"("models_with_vision":0,"models_with_thinking":2,"max_context_length":131072,)"
            R"("total_parameters":554560})");
        EXPECT_EQ(outcome.value.cli_version, "0.24.0");
        EXPECT_EQ(outcome.value.cloud_disabled, false);
        EXPECT_EQ(outcome.value.cloud_source, "none");
        EXPECT_EQ(outcome.value.signin_url, std::nullopt);
        ASSERT_EQ(outcome.value.models.size(), 7u);
        EXPECT_EQ(
            to_json(outcome.value.models[0], JsonStyle::compact),
            R"({"name":"far:latest","family":"gptoss","parameter_size":"116.8B",)"
            R"("quantization_level":"MXFP4","size_bytes":324,)"
            R"("digest":"1ae31be8711c89820191e305ce76f112d7ca92c3b6cbd4a385a7d17b76b111da",)"
            R"("modified_at":"2026-11-21T03:48:12.395614275+01:00","location":"cloud",)"
            R"("remote_model":"gpt-oss:120b","remote_host":"https://ollama.com:11434",)"
            R"("capabilities":["completion","tools","thinking"],"context_length":131072})");
        EXPECT_EQ(
            to_json(outcome.value.models[4], JsonStyle::compact),
            R"({"name":"zz:latest","size_bytes":229,)"
            R"("digest":"7dfcddecc582d66b416e4c46467b3591f02f27bdcbf7d894fd8e6d2d914aeb86",)"
            R"("modified_at":"2026-11-21T03:48:12.399822908+01:00","location":"cloud",)"
            R"("remote_model":"x","remote_host":"https://example.com:11434"})");
        ASSERT_EQ(outcome.value.loaded_models.size(), 2u);
        EXPECT_EQ(
            to_json(outcome.value.loaded_models[0], JsonStyle::compact),
            R"({"name":"tiny:latest","size_bytes":2282752,"size_vram_bytes":0,"vram_gb":0,)"
            R"("cpu_percent":100,"context_length":8192,)"
            R"("expires_at":"2319-03-03T03:35:31.289046554+01:00"})");
        EXPECT_EQ(peer.count("POST /api/show"), 7u);
        EXPECT_EQ(peer.count("POST /api/me"), 1u);
    }
    EXPECT_EQ(peer.unused(), "");
    // Two names with the same digest are both requested, because the response depends on the name.
    for (auto const& model : {"tiny:latest", "registry.example.com:5000/team/tiny:copy"}) {
        EXPECT_EQ(shows(peer, model), 1u) << model;
    }
    auto blobs = std::map<std::string, std::optional<std::string>>{};
    for (auto const& [key, values] : cache->shown) {
        blobs[key.first] = values.blob;
    }
    // Not the digests in /api/tags. A stub has no blob.
    auto const tiny = "62917f0056d87f3eb58829d90c0b891da073a56db56ca85e5cc6c3a3e9de55cd";
    EXPECT_EQ(blobs.at("tiny:latest"), tiny);
    EXPECT_EQ(blobs.at("registry.example.com:5000/team/tiny:copy"), tiny);
    EXPECT_EQ(
        blobs.at("tiny-tools:q8"),
        "a2f116279d9cdc940b217f6fcd3fe3b234f528db25a36e084f052d56dff5946a");
    EXPECT_EQ(blobs.at("zz:latest"), std::nullopt);
}

TEST(LocalApi, RequestsShowOnlyIfTagsLacksDetails) {
    asio::io_context context;
    ScriptedPeer peer(context);
    auto const version = std::string("v0.33.0-rc2");
    script_recording(peer, version, "ps_empty");
    peer.on("POST /api/show", json(recorded(version + "/show_zz_latest")));
    auto const outcome = poll(context, peer);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    auto server = outcome.value.server;
    server.api_response_ms.reset();
    EXPECT_EQ(
        to_json(server, JsonStyle::compact),
        R"({"models_total":7,"models_local":5,"models_cloud":2,"model_storage_bytes":1156249,)"
        R"("cloud_model_stub_bytes":471,"loaded_models":0,"loaded_model_bytes":0,)"
        R"("loaded_vram_bytes":0,"models_with_tools":2,"models_with_vision":0,)"
        R"("models_with_thinking":2,"max_context_length":131072,"total_parameters":555000})");
    EXPECT_EQ(shows(peer, "zz:latest"), 1u);
    EXPECT_EQ(peer.unused(), "");
}

TEST(LocalApi, MissingEndpointsOfOldServerAreNoFailure) {
    asio::io_context context;
    ScriptedPeer peer(context);
    peer.on("GET /api/version", json(R"({"version":"0.1.20"})"));
    peer.on("GET /api/status", json("404 page not found", "404 Not Found"));
    peer.on("POST /api/me", json("404 page not found", "404 Not Found"));
    peer.on("GET /api/tags", json(R"({"models":[{"name":"a:latest","size":5}]})"));
    peer.on("GET /api/ps", json(R"({"models":null})"));
    peer.on("POST /api/show", json(R"({"error":"model 'a' not found"})", "404 Not Found"));
    auto const outcome = poll(context, peer);
    EXPECT_EQ(describe(outcome), "show: a:latest: HTTP status 404");
    EXPECT_EQ(outcome.value.cloud_disabled, std::nullopt);
    EXPECT_EQ(outcome.value.server.models_total, 1u);
    EXPECT_EQ(outcome.value.server.loaded_models, 0u);
    EXPECT_EQ(outcome.value.server.models_with_tools, std::nullopt);
    EXPECT_EQ(peer.unused(), "");
}

TEST(LocalApi, ReadsNullsUnknownKeysAndLargestNumbers) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    peer.only(
        "GET /api/tags",
        json(R"({"new":{"x":[1]},"models":[{"name":"a\"\\\nb","size":9223372036854775807,)"
             R"("digest":"d","details":{"families":null,"context_length":9223372036854775807},)"
             R"("capabilities":null,"later":[[]]},)"
             R"({"name":"b","size":9223372036854775807,"details":null},)"
             R"({"name":"c","size":9223372036854775807},{"name":"x:cloud","size":-1}]})"));
    peer.only(
        "GET /api/ps",
        json(R"({"models":[{"name":"a","size":9223372036854775807,"size_vram":1,)"
             R"("expires_at":"2319-03-03T03:35:31.289046554-07:30"},{"name":"b","size":-5}]})"));
    auto const outcome = poll(context, peer);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    ASSERT_EQ(outcome.value.models.size(), 4u);
    EXPECT_EQ(outcome.value.models[0].size_bytes, 9223372036854775807);
    EXPECT_EQ(outcome.value.models[3].size_bytes, std::nullopt);
    EXPECT_EQ(outcome.value.models[3].location, Location::cloud);
    // The sum of three times 2^63 - 1 saturates.
    EXPECT_EQ(outcome.value.server.model_storage_bytes, ~std::uint64_t{0});
    EXPECT_EQ(outcome.value.server.max_context_length, 9223372036854775807u);
    ASSERT_EQ(outcome.value.loaded_models.size(), 2u);
    EXPECT_EQ(
        to_rfc3339(*outcome.value.loaded_models[0].expires_at),
        "2319-03-03T03:35:31.289046554-07:30");
    EXPECT_EQ(outcome.value.loaded_models[1].size_bytes, std::nullopt);
    EXPECT_EQ(shows(peer, R"(a\"\\\nb)"), 1u);
    EXPECT_EQ(peer.count("POST /api/show"), 4u);
}

TEST(LocalApi, RepeatsShowForNewDigestOnly) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    peer.on("GET /api/tags", json(R"({"models":[{"name":"a:latest","digest":"d1","size":5}]})"));
    peer.on("GET /api/tags", json(R"({"models":[{"name":"a:latest","digest":"d2","size":5}]})"));
    auto const source = local_api(peer.url());
    for (auto const expected : {1u, 1u, 2u, 2u}) {
        auto const outcome = poll(context, source, 10'000ms);
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(outcome.value.models.at(0).context_length, 4096);
        EXPECT_EQ(outcome.value.server.total_parameters, 7u);
        EXPECT_EQ(peer.count("POST /api/show"), expected);
    }
    EXPECT_EQ(peer.unused(), "");
}

TEST(LocalApi, SendsAtMostFourRequestsConcurrently) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    auto models = std::string(R"({"name":"m0","digest":"d0"})");
    for (int index = 1; index < 20; ++index) {
        auto const number = std::to_string(index);
        models += R"(,{"name":"m)" + number + R"(","digest":"d)" + number + R"("})";
    }
    peer.only("GET /api/tags", json(R"({"models":[)" + models + "]}"));
    auto show = json("{}");
    show.delivery = Reply::Delivery::hold;
    peer.only("POST /api/show", show);
    // Both collections share the client.
    auto const source = local_api(peer.url());
    auto outcomes = std::array<Outcome<LocalApi>, 2>{};
    int done = 0;
    for (auto& outcome : outcomes) {
        asio::co_spawn(context, source.collect(outcome), [&](std::exception_ptr) { ++done; });
    }
    while (peer.at_once() < 4 && context.run_one() > 0) {
    }
    context.poll();
    EXPECT_EQ(peer.at_once(), 4u);
    peer.release();
    while (done < 2 && context.run_one() > 0) {
    }
    for (auto const& outcome : outcomes) {
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(outcome.value.models.size(), 20u);
    }
    EXPECT_EQ(peer.most_at_once(), 4u);
    EXPECT_LE(peer.connections(), 4u);
}

TEST(LocalApi, CachesSignInUrlAfterOneRequest) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    auto const source = local_api(peer.url());
    for (int round = 0; round < 2; ++round) {
        auto const outcome = poll(context, source, 10'000ms);
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(outcome.value.signin_url, "https://ollama.com/connect?x=1");
        EXPECT_EQ(peer.count("POST /api/me"), 1u);
    }
    EXPECT_EQ(peer.unused(), "");
}

TEST(LocalApi, SkipsAccountRequestIfCloudIsDisabled) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    peer.only("GET /api/status", json(recorded("v0.24.0/nocloud_status")));
    auto const source = local_api(peer.url());
    for (int round = 0; round < 2; ++round) {
        auto const outcome = poll(context, source, 10'000ms);
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(outcome.value.cloud_disabled, true);
        EXPECT_EQ(outcome.value.cloud_source, "env");
    }
    EXPECT_EQ(peer.count("POST /api/me"), 0u);
    EXPECT_EQ(peer.unused(), "POST /api/me requested 0 times of 1; ");
}

// Scripts a server that has no GET /api/status.
void script_old(ScriptedPeer& peer) {
    script_good(peer);
    peer.only("GET /api/status", json("404 page not found", "404 Not Found"));
}

TEST(LocalApi, ServerJsonDecidesOnAccountRequestOfOldServer) {
    auto const directory = TemporaryDirectory();
    auto const cases = std::vector<std::pair<std::string, std::size_t>>{
        {R"({"disable_ollama_cloud":true})", 0},
        {R"({"disable_ollama_cloud":false})", 1},
        {"{}", 1},
        {"{oops", 0}, // unknown
        {"", 1},      // no file
    };
    for (auto const& [text, requests] : cases) {
        asio::io_context context;
        ScriptedPeer peer(context);
        script_old(peer);
        auto const cache = std::make_shared<LocalApiCache>(peer.url());
        cache->server_json = server_json(
            text.empty() ? directory.path() / "none" : directory.write("server.json", text));
        auto const outcome = poll(context, local_api(cache), 10'000ms);
        EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
        EXPECT_EQ(peer.count("POST /api/me"), requests) << text;
        EXPECT_EQ(outcome.value.signin_url.has_value(), requests == 1) << text;
        EXPECT_EQ(outcome.value.cloud_disabled, std::nullopt);
    }
}

TEST(LocalApi, ServerJsonHasNoEffectOnServerThatReportsItsSetting) {
    auto const directory = TemporaryDirectory();
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    auto const cache = std::make_shared<LocalApiCache>(peer.url());
    cache->server_json =
        server_json(directory.write("server.json", R"({"disable_ollama_cloud":true})"));
    EXPECT_EQ(poll(context, local_api(cache), 10'000ms).value.cloud_disabled, false);
    EXPECT_EQ(peer.count("POST /api/me"), 1u);
}

// Each run has a cache of its own, as a new process has.
struct Runs {
    asio::io_context context;
    ScriptedPeer peer{context};
    TemporaryDirectory directory;
    std::chrono::sys_seconds now = parse_rfc3339("2026-11-20T16:00:00Z")->at;

    std::shared_ptr<LocalApiCache> cache() {
        auto cache = std::make_shared<LocalApiCache>(peer.url());
        cache->state_directory = directory.path() / "state";
        cache->clock = [this] { return now; };
        return cache;
    }

    Outcome<LocalApi> run() { return poll(context, local_api(cache()), 10'000ms); }

    std::filesystem::path file() const {
        auto const all = std::filesystem::directory_iterator(directory.path() / "state");
        return all->path();
    }
};

TEST(LocalApiState, RunsRequestEachModelOnce) {
    auto runs = Runs();
    script_good(runs.peer);
    auto const first = runs.run();
    auto const second = runs.run();
    EXPECT_EQ(runs.peer.count("POST /api/show"), 1u);
    EXPECT_EQ(
        to_json(second.value.models, JsonStyle::compact),
        to_json(first.value.models, JsonStyle::compact));
    EXPECT_EQ(second.value.models.at(0).context_length, 4096);
    EXPECT_EQ(second.value.server.total_parameters, 7u);
    EXPECT_EQ(second.state, State::ok) << describe(second);
    // Another digest is another model.
    runs.peer.only("GET /api/tags", json(R"({"models":[{"name":"a:latest","digest":"d2"}]})"));
    runs.run();
    runs.run();
    EXPECT_EQ(runs.peer.count("POST /api/show"), 2u);
    EXPECT_EQ(read_file(runs.file()).find(R"("d1")"), std::string::npos);
}

TEST(LocalApiState, KeepsModelsThatAnotherRunHasStored) {
    auto runs = Runs();
    script_good(runs.peer);
    auto const slow = runs.cache();
    slow->shown[{"mine:latest", "m1"}].context_length = 1;
    runs.run();
    ollama::detail::store_shown(*slow, slow->shown);
    auto const text = read_file(runs.file());
    EXPECT_NE(text.find(R"("d1")"), std::string::npos) << text;
    EXPECT_NE(text.find(R"("m1")"), std::string::npos) << text;
    // Another digest replaces the values of the same name.
    slow->shown.clear();
    slow->shown[{"mine:latest", "m2"}].context_length = 1;
    ollama::detail::store_shown(*slow, slow->shown);
    auto const replaced = read_file(runs.file());
    EXPECT_EQ(replaced.find(R"("m1")"), std::string::npos) << replaced;
    EXPECT_NE(replaced.find(R"("m2")"), std::string::npos) << replaced;
}

TEST(LocalApiState, RunsShareTheDigestsOfBlobs) {
    auto runs = Runs();
    script_good(runs.peer);
    auto const digest = std::string(64, 'b');
    runs.peer.only(
        "POST /api/show", json(
                              R"({"modelfile":"# FROM a:latest\n\nFROM C:\\m\\blobs\\sha256-)" +
                              digest + R"(\r\nSYSTEM planted\n","capabilities":["completion"]})"));
    runs.run();
    EXPECT_EQ(read_file(runs.file()).find("planted"), std::string::npos);
    auto const cache = runs.cache();
    poll(runs.context, local_api(cache), 10'000ms);
    EXPECT_EQ(runs.peer.count("POST /api/show"), 1u);
    EXPECT_EQ(cache->shown.at({"a:latest", "d1"}).blob, digest);
}

TEST(LocalApiState, RunsSendAccountRequestOnceInTenMinutes) {
    auto runs = Runs();
    script_good(runs.peer);
    for (int minute = 0; minute < 40; ++minute) {
        auto const outcome = runs.run();
        EXPECT_EQ(outcome.value.signin_url, "https://ollama.com/connect?x=1") << minute;
        EXPECT_EQ(runs.peer.count("POST /api/me"), static_cast<std::size_t>(minute / 10 + 1));
        runs.now += std::chrono::minutes(1);
    }
    // A time in the future comes from a wrong clock.
    runs.now -= std::chrono::hours(24);
    runs.run();
    EXPECT_EQ(runs.peer.count("POST /api/me"), 5u);
    runs.peer.only("POST /api/me", json("{}"));
    runs.now += std::chrono::minutes(10);
    EXPECT_EQ(runs.run().value.signin_url, std::nullopt);
    EXPECT_EQ(runs.run().value.signin_url, std::nullopt);
    EXPECT_EQ(runs.peer.count("POST /api/me"), 1u);
}

TEST(LocalApiState, ConcurrentRunsSendOneAccountRequest) {
    auto runs = Runs();
    script_good(runs.peer);
    auto outcomes = std::vector<Outcome<LocalApi>>(4);
    auto sources = std::vector<Source<LocalApi>>();
    std::size_t done = 0;
    for (auto& outcome : outcomes) {
        sources.push_back(local_api(runs.cache()));
        asio::co_spawn(
            runs.context, Source<LocalApi>(sources.back()).collect(outcome),
            [&done](std::exception_ptr) { ++done; });
    }
    while (done < outcomes.size()) {
        runs.context.run_one();
    }
    EXPECT_EQ(runs.peer.count("POST /api/me"), 1u);
}

TEST(LocalApiState, ShowsBeforeADeadlineAreKept) {
    auto runs = Runs();
    script_good(runs.peer);
    runs.peer.only(
        "GET /api/tags",
        json(R"({"models":[{"name":"a","digest":"1"},{"name":"b","digest":"2"}]})"));
    runs.peer.on("POST /api/show", fault::hang());
    runs.peer.only("GET /api/status", json(R"({"cloud":{"disabled":true}})"));
    auto const cache = runs.cache();
    cache->client = io::HttpClient(runs.peer.url(), {}, 1);
    auto const outcome = poll(runs.context, local_api(cache), 3'000ms);
    EXPECT_EQ(describe(outcome), "show: b: the deadline passed");
    runs.peer.only("POST /api/show", json(R"({"capabilities":["x"]})"));
    EXPECT_EQ(runs.run().state, State::ok);
    EXPECT_EQ(shows(runs.peer, "a"), 1u);
    EXPECT_EQ(shows(runs.peer, "b"), 2u);
}

TEST(LocalApiState, InvalidFileHasNoEffect) {
    auto runs = Runs();
    script_good(runs.peer);
    runs.run();
    EXPECT_EQ(std::filesystem::status(runs.file()).permissions(), std::filesystem::perms(0600));
    for (auto const* const text : {"", "[]", "{\"shown\":[{\"name\":1}]}", "\xFF"}) {
        std::ofstream(runs.file()) << text;
        EXPECT_EQ(runs.run().state, State::ok) << text;
    }
    EXPECT_EQ(runs.peer.count("POST /api/show"), 5u);
    auto plain = std::make_shared<LocalApiCache>(runs.peer.url()); // stores and reads nothing
    poll(runs.context, local_api(plain), 10'000ms);
    EXPECT_EQ(runs.peer.count("POST /api/show"), 6u);
}

TEST(LocalApiState, CredentialsAreNotStored) {
    auto runs = Runs();
    script_good(runs.peer);
    runs.peer.only("POST /api/show", json(R"({"capabilities":["planted-token"]})"));
    auto const cache = runs.cache();
    cache->secrets.push_back(Secret("planted-token"));
    poll(runs.context, local_api(cache), 10'000ms);
    EXPECT_EQ(read_file(runs.file()).find("planted"), std::string::npos);
}

TEST(LocalApi, UnreachableServerReportsOneFailure) {
    asio::io_context context;
    auto url = io::Url{};
    {
        ScriptedPeer gone(context);
        url = gone.url();
        context.poll();
    }
    auto const outcome = poll(context, local_api(url), 10'000ms);
    EXPECT_EQ(outcome.state, State::error);
    ASSERT_EQ(outcome.failures.size(), 1u);
    EXPECT_EQ(outcome.failures[0].part, "");
    EXPECT_EQ(outcome.failures[0].code, Errc::connect);
    EXPECT_NE(describe(outcome).find("cannot connect to 127.0.0.1:"), std::string::npos);
}

struct NamedFault {
    std::string name;
    Reply reply;
    std::vector<Errc> codes; ///< any of these is accepted
};

std::vector<NamedFault> all_faults() {
    return {
        {"close", fault::close(), {Errc::receive}},
        {"reset", fault::reset(), {Errc::receive}},
        {"hang", fault::hang(), {Errc::timeout}},
        {"drip", fault::drip(), {Errc::timeout}},
        {"garbage", fault::garbage(), {Errc::parse}},
        {"half JSON", fault::half_json(), {Errc::parse}},
        {"no JSON", json("<html>"), {Errc::parse}},
        {"wrong JSON", json("[]"), {Errc::parse}},
        {"long length", fault::long_length(), {Errc::receive}},
        {"endless body", fault::endless(), {Errc::limit, Errc::timeout}},
        {"endless head", fault::endless_head(), {Errc::limit}},
        {"redirect", fault::redirect("/elsewhere"), {Errc::status}},
        {"500", json("{\"error\":\"x\"}", "500 Internal Server Error"), {Errc::status}},
    };
}

// Returns for each part whether it is complete, given the responses of `script_good`.
std::map<std::string, bool> parts_of(LocalApi const& value) {
    return {
        {"version", value.cli_version == "0.33.0"},
        {"status", value.cloud_disabled == false},
        {"me", value.signin_url.has_value()},
        {"tags", value.server.models_total == 1u && value.models.size() == 1},
        {"ps", value.server.loaded_models == 1u && value.loaded_models.size() == 1},
        {"show", value.server.models_with_tools == 1u}};
}

class LocalApiFaults : public testing::TestWithParam<std::string> {};

TEST_P(LocalApiFaults, AffectFaultyPartOnly) {
    auto const part = GetParam();
    auto const line = (part == "me" || part == "show" ? "POST /api/" : "GET /api/") + part;
    for (auto const& fault : all_faults()) {
        asio::io_context context;
        ScriptedPeer peer(context);
        script_good(peer);
        peer.only(line, fault.reply);
        auto const outcome = poll(context, local_api(peer.url()), 300ms);
        SCOPED_TRACE(part + ": " + fault.name + ": " + describe(outcome));
        // A complete response of /api/me without a sign-in URL is no failure.
        auto const whole = fault.reply.bytes.find("Content-Length: ") != std::string::npos &&
                           fault.reply.delivery == Reply::Delivery::send;
        auto const silent = part == "me" && whole;
        EXPECT_EQ(outcome.state, silent ? State::ok : State::partial);
        ASSERT_EQ(outcome.failures.size(), silent ? 0u : 1u);
        if (!silent) {
            EXPECT_EQ(outcome.failures[0].part.substr(0, part.size()), part);
            auto const& code = outcome.failures[0].code;
            EXPECT_TRUE(std::any_of(fault.codes.begin(), fault.codes.end(), [&](Errc one) {
                return code == one;
            })) << code.message();
        }
        for (auto const& [name, complete] : parts_of(outcome.value)) {
            // Without /api/tags there are no models to show; /api/me is requested only after
            // /api/status.
            auto const follows =
                (name == "show" && part == "tags") || (name == "me" && part == "status");
            EXPECT_EQ(complete, name != part && !follows) << name;
        }
        // One retry is allowed if the server might have closed the idle connection.
        EXPECT_GE(peer.count(line), 1u);
        EXPECT_LE(peer.count(line), 2u);
        EXPECT_EQ(peer.count("GET /elsewhere"), 0u);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Everywhere, LocalApiFaults, testing::Values("version", "status", "me", "tags", "ps", "show"));

// Returns the outcome of a poll of a server whose list of models is `tags`.
Outcome<LocalApi> poll_tags(std::string const& tags) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    peer.only("GET /api/tags", json(tags));
    return poll(context, peer);
}

TEST(LocalApi, ListOfAnotherServerFailsItsPart) {
    for (auto const* const tags :
         {R"({"object":"list","data":[{"id":"a"}]})", R"({"status":"ok"})", R"({})", R"([])",
          R"({"models":{"a":1}})", R"({"models":"none"})", R"({"models":0})"}) {
        auto const outcome = poll_tags(tags);
        EXPECT_EQ(describe(outcome), "tags: not a response of Ollama: no list `models`") << tags;
        EXPECT_EQ(outcome.state, State::partial) << tags;
        EXPECT_EQ(outcome.value.server.models_total, std::nullopt) << tags;
        EXPECT_EQ(outcome.value.server.model_storage_bytes, std::nullopt) << tags;
        EXPECT_EQ(outcome.value.server.loaded_models, 1u) << tags;
    }
}

TEST(LocalApi, ServerThatIsNotOllamaIsAnError) {
    for (auto const* const body :
         {R"({"error":"no such endpoint"})", R"({"error":{"message":"no such endpoint"}})",
          R"({"status":"ok"})", "[]", "null", "7"}) {
        asio::io_context context;
        ScriptedPeer peer(context);
        for (auto const* const line :
             {"GET /api/version", "GET /api/status", "GET /api/tags", "GET /api/ps"}) {
            peer.on(line, json(body));
        }
        auto const outcome = poll(context, peer);
        EXPECT_EQ(outcome.state, State::error) << body;
        EXPECT_FALSE(outcome.has_value()) << body;
        auto const text = describe(outcome);
        EXPECT_NE(text.find("not a response of Ollama"), std::string::npos) << text;
        EXPECT_EQ(text.find("no such endpoint") != std::string::npos, std::string(body).size() > 20)
            << text;
        EXPECT_EQ(peer.count("POST /api/me"), 0u);
    }
}

TEST(LocalApi, SkipsRowsThatAreNoModels) {
    auto const outcome =
        poll_tags(R"({"models":[null,{},{"name":""},7,"a",[],{"model":"b:1","digest":"d2"},)"
                  R"({"name":"a:1","model":"x","digest":"d1"},{"name":null,"model":"c:1"}]})");
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    ASSERT_EQ(outcome.value.models.size(), 3u);
    EXPECT_EQ(outcome.value.models[0].name, "b:1");
    EXPECT_EQ(outcome.value.models[1].name, "a:1");
    EXPECT_EQ(outcome.value.models[2].name, "c:1");
    EXPECT_EQ(outcome.value.server.models_total, 3u);
}

TEST(LocalApi, UnknownValuesHaveNoKey) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    peer.only("GET /api/version", json(R"({"version":""})"));
    peer.only(
        "GET /api/tags",
        json(R"({"models":[{"name":"a","size":0,"digest":"","modified_at":"0001-01-01T00:00:00Z",)"
             R"("details":{"context_length":0},"capabilities":["completion"]},)"
             R"({"name":"b","details":{"context_length":0},"capabilities":["completion"],)"
             R"("modified_at":"0001-01-01T00:53:28+00:53"}]})"));
    peer.only(
        "GET /api/ps", json(R"({"models":[{"name":"a","size":0,"size_vram":0,"context_length":0,)"
                            R"("expires_at":"0001-01-01T00:00:00Z"},)"
                            R"({"name":"b","size":5}]})"));
    peer.only(
        "POST /api/show", json(R"({"model_info":{"general.architecture":"x",)"
                               R"("x.context_length":0,"general.parameter_count":0}})"));
    auto const outcome = poll(context, peer);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.cli_version, std::nullopt);
    EXPECT_EQ(
        to_json(outcome.value.models, JsonStyle::compact),
        R"([{"name":"a","location":"local","capabilities":["completion"]},)"
        R"({"name":"b","location":"local","capabilities":["completion"]}])");
    EXPECT_EQ(
        to_json(outcome.value.loaded_models, JsonStyle::compact),
        R"([{"name":"a"},{"name":"b","size_bytes":5}])");
    auto server = outcome.value.server;
    EXPECT_TRUE(server.api_response_ms);
    server.api_response_ms.reset();
    EXPECT_EQ(
        to_json(server, JsonStyle::compact),
        R"({"models_total":2,"models_local":2,"models_cloud":0,"cloud_model_stub_bytes":0,)"
        R"("loaded_models":2,"loaded_model_bytes":5,"models_with_tools":0,)"
        R"("models_with_vision":0,"models_with_thinking":0})");
}

TEST(LocalApi, NumberOutOfRangeLosesItsKeyOnly) {
    auto const outcome = poll_tags(
        R"({"models":[{"name":"a","size":1e40,"digest":"1"},{"name":"b","size":"7","digest":"2"},)"
        R"({"name":"c","size":7,"digest":"3","modified_at":""}]})");
    EXPECT_EQ(describe(outcome), "tags: models[0].size is not a whole number in range");
    ASSERT_EQ(outcome.value.models.size(), 3u);
    EXPECT_EQ(outcome.value.models[0].size_bytes, std::nullopt);
    EXPECT_EQ(outcome.value.models[1].size_bytes, std::nullopt);
    EXPECT_EQ(outcome.value.models[2].digest, "3");
    EXPECT_EQ(outcome.value.models[2].modified_at, std::nullopt);
    EXPECT_EQ(outcome.value.server.model_storage_bytes, 7u);
}

TEST(LocalApi, FailedShowIsReportedWithNameOfModel) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    auto models = std::string(R"({"name":"x:cloud"})");
    for (int index = 0; index < 11; ++index) {
        models += R"(,{"name":"m)" + std::to_string(index) + R"("})";
    }
    peer.only("GET /api/tags", json(R"({"models":[)" + models + "]}"));
    peer.only("POST /api/show", json(R"({"error":"disabled"})", "403 Forbidden"));
    peer.on("POST /api/show", json(R"({"error":"unable to load"})"));
    peer.on("POST /api/show", json("{}", "500 Internal Server Error"));
    auto cache = std::make_shared<LocalApiCache>(peer.url());
    cache->client = io::HttpClient(peer.url(), {}, 1); // each response matches its request
    auto const outcome = poll(context, local_api(cache), 10'000ms);
    EXPECT_EQ(outcome.state, State::partial);
    EXPECT_EQ(outcome.value.models.size(), 12u);
    ASSERT_EQ(outcome.failures.size(), 9u) << describe(outcome);
    EXPECT_EQ(to_string(outcome.failures[0]), "show: m0: the response is an error: unable to load");
    EXPECT_EQ(to_string(outcome.failures[1]), "show: m1: HTTP status 500");
    EXPECT_EQ(to_string(outcome.failures[8]), "show: 3 more models failed");
}

TEST(LocalApi, ShowThatHitsTheDeadlineIsReportedWithNameOfModel) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    peer.only("POST /api/show", fault::hang());
    auto const outcome = poll(context, local_api(peer.url()), 300ms);
    EXPECT_EQ(outcome.state, State::partial);
    EXPECT_EQ(describe(outcome), "show: a:latest: the deadline passed");
    EXPECT_EQ(outcome.failures.at(0).code, Errc::timeout);
}

TEST(LocalApi, KeepsTenThousandModelsAndCountsTheRest) {
    auto const row = std::string(R"({"name":"a","size":1,"digest":"d","capabilities":["x"],)"
                                 R"("details":{"context_length":1}})");
    auto rows = row;
    for (std::size_t count = 1; count < 10'003; ++count) {
        rows += "," + row;
    }
    auto const outcome = poll_tags(R"({"models":[)" + rows + "]}");
    EXPECT_EQ(describe(outcome), "tags: 3 models after the first 10000 are left out");
    EXPECT_EQ(outcome.failures.at(0).code, Errc::limit);
    EXPECT_EQ(outcome.value.models.size(), 10'000u);
    EXPECT_EQ(outcome.value.server.model_storage_bytes, 10'000u);
}

TEST(LocalApi, ListOfModelsIsReadUntilAStop) {
    auto stop = std::stop_source();
    auto const text = R"({"models":[{"name":"a"},{"name":"b"}]})";
    auto const token = stop.get_token();
    EXPECT_EQ(api::read_model_list<api::ListModel>(text, token).models.size(), 2u);
    stop.request_stop();
    EXPECT_EQ(api::read_model_list<api::ListModel>(text, token).models.size(), 0u);
}

TEST(LocalApi, LargeResponsesOfOneValueAreFailures) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    auto const large = std::string(64 * 1024, ' ');
    peer.only("GET /api/version", json(large + R"({"version":"1"})"));
    peer.only("GET /api/status", json(large + "{}"));
    auto const outcome = poll(context, peer);
    EXPECT_EQ(outcome.state, State::partial);
    ASSERT_EQ(outcome.failures.size(), 2u) << describe(outcome);
    EXPECT_EQ(outcome.failures[0].code, Errc::limit);
    EXPECT_EQ(outcome.failures[1].code, Errc::limit);
}

TEST(LocalApi, LargeShowIsReadCompletely) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    auto const large = std::string(100'000, 'x');
    peer.only("POST /api/show", json(R"({"template":")" + large + R"(","capabilities":["a"]})"));
    auto const outcome = poll(context, peer);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.models.at(0).capabilities, std::vector<std::string>{"a"});
}

TEST(LocalApi, LargeShowIsFailureOfItsModel) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    auto const padding = std::string(1024 * 1024, 'x');
    peer.only("POST /api/show", json(R"({"template":")" + padding + R"("})"));
    auto const outcome = poll(context, peer);
    EXPECT_EQ(describe(outcome), "show: a:latest: the body is larger than 1048576 bytes");
    EXPECT_EQ(outcome.failures.at(0).code, Errc::limit);
}

TEST(LocalApi, ForgetsModelsThatAreNoLongerListed) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    peer.only("GET /api/tags", json(R"({"models":[{"name":"a"},{"name":"b"}]})"));
    peer.on("GET /api/tags", json(R"({"models":[{"name":"b"},{"name":"c"}]})"));
    auto const long_name = std::string(100, 'x');
    peer.only("POST /api/show", json(R"({"capabilities":["tools",")" + long_name + R"("]})"));
    auto const cache = std::make_shared<LocalApiCache>(peer.url());
    auto const source = local_api(cache);
    poll(context, source, 10'000ms);
    poll(context, source, 10'000ms);
    ASSERT_EQ(cache->shown.size(), 2u);
    EXPECT_EQ(cache->shown.begin()->first.first, "b");
    EXPECT_EQ(cache->shown.rbegin()->first.first, "c");
    EXPECT_EQ(cache->shown.begin()->second.capabilities, std::vector<std::string>{"tools"});
    EXPECT_EQ(shows(peer, "b"), 1u);
}

TEST(LocalApi, RedirectIsReportedWithItsTarget) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    peer.only("GET /api/ps", fault::redirect("https://user:pw@login.test/in?token=x"));
    auto const outcome = poll(context, peer);
    EXPECT_EQ(
        describe(outcome),
        "ps: HTTP status 302 to https://login.test/in: redirects are not followed");
}

TEST(LocalApi, SkipsInterimResponses) {
    asio::io_context context;
    ScriptedPeer peer(context);
    script_good(peer);
    peer.only("GET /api/version", interim_first(R"({"version":"0.33.0"})"));
    auto const outcome = poll(context, peer);
    EXPECT_EQ(outcome.state, State::ok) << describe(outcome);
    EXPECT_EQ(outcome.value.cli_version, "0.33.0");
    EXPECT_EQ(peer.unused(), "");
}

TEST(LocalApi, HangingServerReportsTimeout) {
    asio::io_context context;
    ScriptedPeer peer(context);
    for (auto const* const line :
         {"GET /api/version", "GET /api/status", "GET /api/tags", "GET /api/ps"}) {
        peer.on(line, fault::hang());
    }
    auto const outcome = poll(context, local_api(peer.url()), 300ms);
    EXPECT_EQ(outcome.state, State::timeout) << describe(outcome);
    EXPECT_EQ(peer.unused(), "");
}

} // namespace
