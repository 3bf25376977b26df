#include "example/exporter/exporter_pages.hpp"
#include "example/exporter/page_files.hpp"
#include "support/gunzip.hpp"
#include <ousage/json/reader.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace std::chrono_literals;

// An account that has no server and no files.
ollama::Account account(std::string const& id) {
    auto account = ollama::Account{};
    account.id = id;
    account.logs_dir = "/nonexistent/<b>&\"";
    account.server_config = "/nonexistent/server.json";
    account.db_path = "/nonexistent/db.sqlite";
    return account;
}

class ExporterPages : public testing::Test {
protected:
    static std::shared_ptr<Targets> make_targets() {
        auto configuration = ollama::Configuration{};
        configuration.environment = [](char const*) { return std::optional<std::string>(); };
        configuration.accounts = {account("own"), account("other")};
        configuration.accounts[1].base_url = io::Url{"http", "127.0.0.1", "1", ""};
        return std::make_shared<Targets>(
            std::move(configuration), std::vector<std::string>{"http://127.0.0.*:*"});
    }

    void poll() { poll(*targets_->own()); }

    static void poll(Target& target) {
        auto context = asio::io_context();
        asio::co_spawn(context, target.poll(10s), asio::detached);
        context.run();
    }

    std::optional<PageResponse> get(std::string const& path, std::string const& query = {}) {
        auto request = PageRequest{};
        request.method = "GET";
        request.path = path;
        request.query = query;
        return pages_.respond(request);
    }

    // Returns a response that is not available immediately.
    PageResponse wait_for(PageRequest const& request) {
        EXPECT_FALSE(pages_.respond(request));
        auto context = asio::io_context();
        auto result = PageResponse{};
        asio::co_spawn(
            context, pages_.respond_later(request),
            [&](std::exception_ptr thrown, PageResponse page) {
                EXPECT_FALSE(thrown);
                result = std::move(page);
            });
        context.run();
        return result;
    }

    // Returns the statuses in the order of the responses.
    std::vector<int> probe_concurrently(std::vector<PageRequest> const& requests) {
        auto context = asio::io_context();
        auto statuses = std::vector<int>{};
        for (auto const& request : requests) {
            asio::co_spawn(
                context, pages_.respond_later(request),
                [&statuses](std::exception_ptr thrown, PageResponse page) {
                    EXPECT_FALSE(thrown);
                    statuses.push_back(page.status);
                });
        }
        context.run();
        return statuses;
    }

    std::shared_ptr<Targets> targets_ = make_targets();
    Pages pages_{targets_, 15s};
};

TEST_F(ExporterPages, RespondsWithItsStatus) {
    struct Row {
        char const* path;
        char const* query;
        int status;
        char const* body;
    };

    Row const rows[] = {
        {"/-/healthy", "", 200, "healthy\n"},
        {"/-/ready", "", 503, "no poll has completed yet\n"},
        {"/probe", "", 400, "exactly one parameter target is needed\n"},
        {"/probe", "target=a&target=b", 400, "exactly one parameter target is needed\n"},
        {"/probe", "target=http://example.org", 403, "that target is not allowed\n"},
        {"/nothing", "", 404, "no such page\n"},
    };
    for (auto const& row : rows) {
        auto const page = get(row.path, row.query);
        ASSERT_TRUE(page) << row.path;
        EXPECT_EQ(page->status, row.status) << row.path;
        EXPECT_EQ(*page->body, row.body);
        EXPECT_EQ(page->content_type, "text/plain; charset=utf-8");
    }
    auto request = PageRequest{};
    request.method = "POST";
    request.path = "/metrics";
    EXPECT_EQ(pages_.respond(request).value().status, 405);
}

TEST_F(ExporterPages, FirstScrapeWaitsForTheFirstPollWithinItsTimeout) {
    EXPECT_FALSE(get("/metrics"));
    EXPECT_FALSE(get("/snapshot"));
    auto request = PageRequest{};
    request.method = "GET";
    request.path = "/snapshot";
    request.scrape_timeout = "0.04";
    auto const start = std::chrono::steady_clock::now();
    EXPECT_EQ(wait_for(request).status, 200);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
    EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST_F(ExporterPages, MetricsFollowAcceptAndAcceptEncoding) {
    poll();
    auto request = PageRequest{};
    request.method = "GET";
    request.path = "/metrics";
    auto const text = pages_.respond(request).value();
    EXPECT_EQ(text.content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_TRUE(text.varies);
    EXPECT_FALSE(text.is_gzip);
    EXPECT_NE(text.body->find("\nousage_build_info{"), std::string::npos);
    EXPECT_NE(text.body->find("\nprocess_"), std::string::npos);
    // A second scrape within a second receives the same body.
    EXPECT_EQ(pages_.respond(request).value().body, text.body);
    request.accept_encoding = "gzip";
    auto const compressed = pages_.respond(request).value();
    EXPECT_TRUE(compressed.is_gzip);
    EXPECT_NE(test::gunzip(*compressed.body).find("\nousage_build_info{"), std::string::npos);
    request.accept_encoding = "";
    request.accept = "application/openmetrics-text";
    auto const open = pages_.respond(request).value();
    EXPECT_TRUE(open.content_type.starts_with("application/openmetrics-text; version=1.0.0"));
    EXPECT_TRUE(open.body->ends_with("# EOF\n"));
    // A poll replaces the body.
    poll();
    request.accept = "";
    EXPECT_NE(pages_.respond(request).value().body, text.body);
}

TEST_F(ExporterPages, MetricsHaveTheConfiguredPath) {
    poll();
    auto pages = Pages(targets_, 15s, "/ollama");
    auto request = PageRequest{};
    request.method = "GET";
    request.path = "/ollama";
    EXPECT_EQ(pages.respond(request).value().status, 200);
    request.path = "/metrics";
    EXPECT_EQ(pages.respond(request).value().status, 404);
    request.path = "/view";
    EXPECT_NE(
        pages.respond(request).value().body->find(R"("metrics_path":"/ollama")"),
        std::string::npos);
}

TEST_F(ExporterPages, SnapshotIsAnArrayOfAllAccountsOrOneByItsId) {
    poll();
    EXPECT_FALSE(get("/snapshot", "account=other")); // waits for its first poll
    EXPECT_NE(get("/snapshot").value().body->find("\"other\""), std::string::npos);
    auto const one = get("/snapshot", "account=own").value();
    EXPECT_EQ(one.content_type, "application/json");
    EXPECT_EQ(one.cache_control, "no-store");
    auto snapshot = ollama::Snapshot{};
    EXPECT_FALSE(read_json(*one.body, snapshot));
    EXPECT_EQ(snapshot.account_id, "own");
    poll(*targets_->find("other"));
    auto snapshots = std::vector<ollama::Snapshot>{};
    EXPECT_FALSE(read_json(*get("/snapshot").value().body, snapshots));
    ASSERT_EQ(snapshots.size(), 2u);
    EXPECT_EQ(snapshots[1].account_id, "other");
    for (auto const* const query : {"account=none", "account=own&account=other", "account=%zz"}) {
        EXPECT_EQ(get("/snapshot", query).value().status, 404) << query;
        EXPECT_EQ(get("/view", query).value().status, 404) << query;
    }
    EXPECT_EQ(get("/-/ready").value().status, 200);
}

TEST_F(ExporterPages, SnapshotOfTheOnlyAccountIsAnObject) {
    auto configuration = ollama::Configuration{};
    configuration.accounts = {account("own")};
    auto const targets =
        std::make_shared<Targets>(std::move(configuration), std::vector<std::string>{});
    poll(*targets->own());
    auto pages = Pages(targets, 15s);
    auto request = PageRequest{};
    request.method = "GET";
    request.path = "/snapshot";
    EXPECT_TRUE(pages.respond(request).value().body->starts_with("{"));
}

TEST_F(ExporterPages, ViewShowsOneAccountAndTheStateOfAll) {
    auto const first = *get("/view").value().body;
    EXPECT_EQ(first.find(R"("view":)"), first.npos) << first;
    EXPECT_EQ(first.find(R"("age_seconds":)"), first.npos) << first;
    poll(*targets_->find("other"));
    auto const page = get("/view", "account=other").value();
    EXPECT_EQ(page.content_type, "application/json");
    EXPECT_EQ(page.cache_control, "no-store");
    for (auto const* const part :
         {R"("interval_seconds":30,)", R"("account":"other")", R"("age_seconds":0.)",
          R"({"id":"own","key":"own","state":"none","severity":"ok","is_polled":false})",
          R"({"id":"other","key":"other","state":"down","severity":"warning","is_polled":true})",
          R"("text":"Ollama at 127.0.0.1:1 is down: connection refused (since )"}) {
        EXPECT_NE(page.body->find(part), std::string::npos) << part << "\n" << *page.body;
    }
    poll();
    EXPECT_NE(get("/view").value().body->find(R"("interval_seconds":15,)"), std::string::npos);
}

TEST_F(ExporterPages, ServiceDiscoveryListsEveryAccount) {
    auto const page = get("/sd").value();
    EXPECT_EQ(page.content_type, "application/json");
    EXPECT_EQ(
        *page.body, "[\n  {\n    \"targets\": [\n      \"own\"\n    ],\n    \"labels\": {\n"
                    "      \"__metrics_path__\": \"/probe\",\n      \"__meta_ousage_url\": \"\"\n"
                    "    }\n  },\n  {\n    \"targets\": [\n      \"other\"\n    ],\n"
                    "    \"labels\": {\n      \"__metrics_path__\": \"/probe\",\n"
                    "      \"__meta_ousage_url\": \"http://127.0.0.1:1\"\n    }\n  }\n]\n");
}

TEST_F(ExporterPages, ProbePollsOnlyItsTarget) {
    auto request = PageRequest{};
    request.method = "GET";
    request.path = "/probe";
    for (auto const* const target :
         {"target=other", "target=http://127.0.0.1:1", "target=127.0.0.2:1"}) {
        request.query = target;
        auto const page = wait_for(request);
        EXPECT_EQ(page.status, 200) << target;
        EXPECT_NE(page.body->find("\nollama_up 0\n"), std::string::npos);
        EXPECT_EQ(page.body->find("\nprocess_"), std::string::npos);
    }
    EXPECT_EQ(targets_->find("other")->polls(), 2u);
    EXPECT_EQ(targets_->own()->polls(), 0u);
}

TEST_F(ExporterPages, ConcurrentProbesOfATargetShareOnePoll) {
    auto request = PageRequest{};
    request.method = "GET";
    request.path = "/probe";
    request.query = "target=other";
    auto const statuses = probe_concurrently({request, request, request});
    EXPECT_EQ(statuses, (std::vector<int>{200, 200, 200}));
    EXPECT_EQ(targets_->find("other")->polls(), 1u);
    EXPECT_EQ(probe_concurrently({request}), std::vector<int>{200});
    EXPECT_EQ(targets_->find("other")->polls(), 2u);
}

TEST_F(ExporterPages, ProbeThatJoinsAPollEndsAtItsOwnTimeout) {
    auto silent = asio::io_context();
    using asio::ip::tcp;
    auto const endpoint = tcp::endpoint(asio::ip::address_v4::loopback(), 0);
    auto acceptor = tcp::acceptor(silent, endpoint); // never responds
    auto first = PageRequest{};
    first.method = "GET";
    first.path = "/probe";
    first.query = "target=127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    first.scrape_timeout = "0.8";
    auto second = first;
    second.scrape_timeout = "0.02";
    EXPECT_EQ(probe_concurrently({first, second}), (std::vector<int>{503, 200}));
}

TEST_F(ExporterPages, FilesOfThePageAreCompressedIfAccepted) {
    std::size_t total = 0;
    for (auto const& file : page_files()) {
        auto request = PageRequest{};
        request.method = "GET";
        request.path = file.path;
        auto const plain = pages_.respond(request).value();
        EXPECT_EQ(plain.status, 200) << file.path;
        EXPECT_EQ(plain.content_type, file.content_type);
        EXPECT_EQ(*plain.body, file.body);
        EXPECT_EQ(plain.cache_control, "no-cache");
        EXPECT_TRUE(plain.varies);
        EXPECT_EQ(pages_.handler_of(file.path), "index");
        request.accept_encoding = "gzip";
        auto const compressed = pages_.respond(request).value();
        EXPECT_TRUE(compressed.is_gzip);
        EXPECT_EQ(test::gunzip(*compressed.body), file.body);
        EXPECT_EQ(pages_.respond(request).value().body, compressed.body); // only once
        total += compressed.body->size();
    }
    EXPECT_EQ(page_files().size(), 4u);
    EXPECT_LT(total, 60'000u);
}

// A path prefix of a proxy must not matter, and nothing may come from elsewhere or be inline.
TEST_F(ExporterPages, FilesContainOnlyRelativeAddressesAndNothingInline) {
    for (auto const& file : page_files()) {
        auto const text = std::string(file.body);
        for (auto const* const wrong :
             {"href=\"/", "src=\"/", "style=\"", "innerHTML", "outerHTML", "insertAdjacentHTML",
              "document.write", "eval(", "https://", "url("}) {
            EXPECT_EQ(text.find(wrong), text.npos) << file.path << " " << wrong;
        }
    }
    auto const html = *get("/").value().body;
    EXPECT_NE(html.find("<script src=\"page.js\" defer></script>"), html.npos);
    EXPECT_EQ(html.find("<script>"), html.npos);
    EXPECT_EQ(html.find("<style"), html.npos);
}

} // namespace
