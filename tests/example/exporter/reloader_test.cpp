#include "example/exporter/reloader.hpp"
#include "support/process.hpp"
#include "support/wait_until.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;

class ExporterReloader : public testing::Test {
protected:
    ExporterReloader() {
        write({"a", "b"}, 1);
        options.overrides.config = directory.path() / "config.json";
        options.overrides.no_state = true;
        options.environment = [](char const*) { return std::optional<std::string>(); };
        auto configuration = ollama::detect(options.overrides, options.environment);
        EXPECT_TRUE(configuration);
        targets.emplace(std::move(*configuration), std::vector<std::string>{});
        auto opened = WebSiteFile::open(std::nullopt);
        site.emplace(std::move(*opened));
    }

    // Writes accounts whose servers have this port. `more` is the text of further keys.
    void write(std::vector<std::string> const& ids, int port, std::string const& more = {}) const {
        auto text = std::string("{\"accounts\":[");
        for (auto const& id : ids) {
            text += (id == ids.front() ? "" : ",") + std::string("{\"id\":\"") + id +
                    "\",\"base_url\":\"http://127.0.0.1:" + std::to_string(port) + "\"" + more +
                    "}";
        }
        directory.write("config.json", text + "]}");
    }

    // Reloads and returns the event.
    std::string reload(bool expected) {
        testing::internal::CaptureStderr();
        EXPECT_EQ(reloader->reload(), expected);
        return testing::internal::GetCapturedStderr();
    }

    void start() { reloader.emplace(options, *targets, *site); }

    TemporaryDirectory directory;
    ExporterOptions options;
    std::optional<Targets> targets;
    std::optional<WebSiteFile> site;
    std::optional<Reloader> reloader;
};

TEST_F(ExporterReloader, KeepsEqualAccountsAndReplacesOthers) {
    start();
    auto const a = targets->find("a");
    write({"a", "c"}, 1);
    auto const event = reload(true);
    EXPECT_NE(event.find("msg=\"reloaded the accounts\" added=1 removed=1 kept=1\n"), event.npos)
        << event;
    EXPECT_EQ(targets->find("a"), a);
    EXPECT_EQ(targets->find("b"), nullptr);
    EXPECT_NE(targets->find("c"), nullptr);
    EXPECT_EQ(targets->own(), a);
    write({"a", "c"}, 2);
    reload(true);
    EXPECT_NE(targets->find("a"), a);
    EXPECT_EQ(targets->own()->url(), "http://127.0.0.1:2");
}

TEST_F(ExporterReloader, ChangedAccountKeepsCountersOfTheSameServerAndLog) {
    start();
    auto const logs = std::string(R"(,"logs_dir":"/nonexistent/logs","db_path":"/nonexistent/db")");
    write({"a", "b"}, 1, logs);
    reload(true);
    auto const before = targets->own();
    auto context = asio::io_context();
    testing::internal::CaptureStderr();
    asio::co_spawn(context, before->poll(std::chrono::seconds(60)), asio::detached);
    context.run();
    testing::internal::GetCapturedStderr();
    auto const has_errors = [this] {
        auto const text = targets->own()->probe_exposition(ExpositionFormat::text);
        return text.find("\nollama_api_errors_total{") != text.npos;
    };
    EXPECT_TRUE(has_errors());
    write({"a", "b"}, 1, logs + R"(,"timeout":"4s")");
    auto event = reload(true);
    EXPECT_NE(event.find("added=0 removed=0 kept=2\n"), event.npos) << event;
    EXPECT_NE(targets->own(), before);
    EXPECT_EQ(targets->own()->account().timeout, std::chrono::seconds(4));
    EXPECT_EQ(targets->own()->polls(), 1u);
    EXPECT_TRUE(has_errors());
    write({"a", "b"}, 2, logs);
    event = reload(true);
    EXPECT_NE(event.find("added=2 removed=2 kept=0\n"), event.npos) << event;
    EXPECT_EQ(targets->own()->polls(), 0u);
    EXPECT_FALSE(has_errors());
}

TEST_F(ExporterReloader, InvalidFileChangesNothingAndIsReported) {
    start();
    auto const own = targets->own();
    auto before = ExporterFacts{};
    reloader->report(before);
    EXPECT_TRUE(before.is_reload_successful);
    EXPECT_GT(before.reload_success_time, 1e9);
    for (auto const* const text : {"{", "{\"accounts\":[]}", "{\"accounts\":[{\"key\":\"x\"}]}"}) {
        directory.write("config.json", text);
        auto const event = reload(false);
        EXPECT_NE(event.find("level=ERROR msg=\"rejected the accounts\""), event.npos) << event;
        auto facts = ExporterFacts{};
        reloader->report(facts);
        EXPECT_FALSE(facts.is_reload_successful);
        EXPECT_EQ(facts.reload_success_time, before.reload_success_time);
        EXPECT_EQ(targets->own(), own);
    }
    write({"a", "b"}, 1);
    reload(true);
    auto after = ExporterFacts{};
    reloader->report(after);
    EXPECT_TRUE(after.is_reload_successful);
    EXPECT_GE(after.reload_success_time, before.reload_success_time);
    EXPECT_EQ(targets->own(), own);
}

TEST_F(ExporterReloader, InvalidWebConfigurationIsReported) {
    auto const file = directory.write("web.yml", "http_server_config: {http2: false}\n");
    auto opened = WebSiteFile::open(file);
    ASSERT_TRUE(opened);
    site.emplace(std::move(*opened));
    start();
    auto const earlier = site->now();
    directory.write("web.yml", "a: 1\n");
    reload(false);
    auto facts = ExporterFacts{};
    reloader->report(facts);
    EXPECT_FALSE(facts.is_reload_successful);
    EXPECT_EQ(site->now(), earlier);
    directory.write("web.yml", "http_server_config: {headers: {X-Frame-Options: deny}}\n");
    reload(true);
    EXPECT_EQ(site->now()->config.headers.at("X-Frame-Options"), "deny");
}

// The file is read again on use, without a signal.
TEST_F(ExporterReloader, MendedWebConfigurationEndsTheFailure) {
    auto const file = directory.write("web.yml", "http_server_config: {http2: false}\n");
    auto opened = WebSiteFile::open(file);
    ASSERT_TRUE(opened);
    site.emplace(std::move(*opened));
    start();
    directory.write("web.yml", "a: 1\n");
    reload(false);
    auto failed = ExporterFacts{};
    reloader->report(failed);
    EXPECT_FALSE(failed.is_reload_successful);
    directory.write("web.yml", "http_server_config: {headers: {X-Frame-Options: deny}}\n");
    testing::internal::CaptureStderr();
    wait_until("the mended file", [&] { return site->now() && site->is_current(); });
    testing::internal::GetCapturedStderr();
    auto mended = ExporterFacts{};
    reloader->report(mended);
    EXPECT_TRUE(mended.is_reload_successful);
    EXPECT_GE(mended.reload_success_time, failed.reload_success_time);
    directory.write("config.json", "{");
    reload(false);
    site->reload();
    reloader->report(mended);
    EXPECT_FALSE(mended.is_reload_successful); // the accounts are still wrong
}

} // namespace
