// Tests the exporter's web page over HTTP: its headers, its data, and who sees the identity.
#include "support/exporter_process.hpp"
#include "support/fake_ollama.hpp"
#include "support/gunzip.hpp"
#include "support/process.hpp"
#include "support/raw_client.hpp"
#include <ousage/json/reader.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#ifdef OUSAGE_TEST_EXPORTER

namespace {

using namespace ousage;
using namespace ousage::test;

TEST(ExporterPage, HasStrictHeadersAndIsCompressed) {
    auto const exporter = ExporterProcess(nowhere);

    struct Row {
        char const* path;
        char const* type;
        char const* start;
        char const* cache;
    };

    Row const rows[] = {
        {"/", "text/html; charset=utf-8", "<!DOCTYPE html>", "no-cache"},
        {"/page.css", "text/css; charset=utf-8", "/*", "no-cache"},
        {"/page.js", "text/javascript; charset=utf-8", "//", "no-cache"},
        {"/icon.svg", "image/svg+xml; charset=utf-8", "<svg", "no-cache"},
        {"/view", "application/json", "{\"version\":", "no-store"},
    };
    for (auto const& [path, type, start, cache] : rows) {
        auto const plain = exporter.get(path);
        EXPECT_EQ(status_of(plain), 200) << path;
        EXPECT_EQ(header_of(plain, "Content-Type"), type);
        EXPECT_EQ(
            header_of(plain, "Content-Security-Policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            "img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'");
        EXPECT_EQ(header_of(plain, "X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(header_of(plain, "Referrer-Policy"), "no-referrer");
        EXPECT_EQ(header_of(plain, "Cache-Control"), cache) << path;
        EXPECT_TRUE(body_of(plain).starts_with(start)) << path;
        auto const compressed = exporter.get(path, "Accept-Encoding: gzip\r\n");
        EXPECT_EQ(header_of(compressed, "Content-Encoding"), "gzip") << path;
        EXPECT_TRUE(gunzip(body_of(compressed)).starts_with(start)) << path;
    }
}

// Requests a path under the name of a host.
std::string get_from(
    ExporterProcess const& exporter, std::string const& host, std::string const& path,
    std::string const& headers = {}) {
    auto client = RawClient(exporter.port());
    client.send(
        "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + headers +
        "\r\n");
    return client.read_all();
}

// Not through a proxy, and not to a page of another site whose name resolves to this machine.
TEST(ExporterPage, ShowsIdentityOnlyOnThisMachine) {
    auto const exporter = ExporterProcess({"--demo"});
    exporter.wait_for("ollama_up", {}, "1");
    auto snapshot = ollama::Snapshot{};
    ASSERT_FALSE(read_json(body_of(get_from(exporter, "localhost:9200", "/snapshot")), snapshot));
    EXPECT_TRUE(snapshot.attributes.account_email);
    EXPECT_TRUE(snapshot.attributes.device_id);
    for (auto const* const path :
         {"/snapshot", "/snapshot?account=demo", "/view", "/metrics", "/probe?target=demo"}) {
        for (auto const& remote :
             {get_from(exporter, "localhost", path, "X-Forwarded-For: 192.0.2.1\r\n"),
              get_from(exporter, "example.com:9200", path)}) {
            EXPECT_EQ(status_of(remote), 200) << path;
            for (auto const* const planted :
                 {"demo@example", "0199c0de-7000", "5f0c6a52-0000", "signin_url", "account_name"}) {
                EXPECT_EQ(body_of(remote).find(planted), std::string::npos) << path << planted;
            }
            EXPECT_NE(body_of(remote).find("llama3.2"), std::string::npos) << path;
        }
    }
}

// A phone loads the page over a slow link.
TEST(ExporterPage, IsSmall) {
    auto const exporter = ExporterProcess(nowhere);
    std::size_t size = 0;
    for (auto const* const path : {"/", "/page.css", "/page.js", "/icon.svg"}) {
        auto const body = body_of(exporter.get(path, "Accept-Encoding: gzip\r\n"));
        EXPECT_FALSE(body.empty()) << path;
        size += body.size();
    }
    EXPECT_LT(size, 60'000u);
}

TEST(ExporterPage, ShowsIdentityToAuthenticatedClients) {
    auto const directory = TemporaryDirectory();
    // Hash of the password `secret`.
    auto const file = directory.write(
        "web.yml", "basic_auth_users: "
                   "{alice: $2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW}\n");
    auto const exporter = ExporterProcess({"--demo", "--web.config.file", file.string()});
    auto const proxy = std::string("X-Forwarded-For: 192.0.2.1\r\n");
    auto const login = "Authorization: Basic YWxpY2U6c2VjcmV0\r\n" + proxy;
    auto const remote = get_from(exporter, "example.com", "/snapshot", login);
    EXPECT_EQ(status_of(remote), 200);
    EXPECT_NE(body_of(remote).find("account_email"), std::string::npos);
    for (auto const* const path : {"/", "/page.js", "/view", "/snapshot"}) {
        EXPECT_EQ(status_of(get_from(exporter, "localhost", path, proxy)), 401) << path;
    }
}

TEST(ExporterPage, PollsEveryAccountOfItsFile) {
    auto const server = FakeOllama();
    auto const directory = TemporaryDirectory();
    auto const file = directory.write(
        "accounts.json", R"({"accounts":[{"id":"first","base_url":"http://127.0.0.1:1"},)"
                         R"({"id":"second","base_url":")" +
                             server.url() + R"("}]})");
    auto const exporter = ExporterProcess({"--config", file.string()});
    // The array of all accounts waits only for the own server, that of one account for its poll.
    EXPECT_EQ(status_of(exporter.get("/snapshot?account=second")), 200);
    auto snapshots = std::vector<ollama::Snapshot>{};
    ASSERT_FALSE(read_json(body_of(exporter.get("/snapshot")), snapshots));
    ASSERT_EQ(snapshots.size(), 2u);
    EXPECT_EQ(snapshots[0].account_id, "first");
    EXPECT_EQ(snapshots[1].account_id, "second");
    EXPECT_TRUE(snapshots[1].attributes.cli_version);
    EXPECT_EQ(status_of(exporter.get("/snapshot?account=first")), 200);
    auto const view = body_of(exporter.get("/view?account=second"));
    EXPECT_NE(view.find(R"("account":"second")"), view.npos) << view;
    EXPECT_NE(view.find(R"("id":"first","key":"first","state":"down")"), view.npos) << view;
    EXPECT_EQ(status_of(exporter.get("/view?account=third")), 404);
}

TEST(ExporterPage, DemonstrationLeavesNoFiles) {
    auto const directory = TemporaryDirectory();
    auto exporter = ExporterProcess({"--demo"}, {{"TMPDIR", directory.path().string()}});
    exporter.wait_for("ollama_up", {}, "1");
    EXPECT_FALSE(std::filesystem::is_empty(directory.path()));
    exporter.child().signal(SIGHUP);
    wait_until("the reload is reported", [&] {
        return exporter.errors().find("reloaded the accounts") != std::string::npos;
    });
    EXPECT_EQ(exporter.metrics().number("ollama_up"), "1");
    auto const ended = exporter.end();
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

} // namespace

#endif
