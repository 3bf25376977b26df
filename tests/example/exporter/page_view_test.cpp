#include "example/exporter/page_view.hpp"
#include "support/process.hpp"
#include "support/view_snapshots.hpp"
#include <ousage/json/json.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace {

using namespace ousage;
using namespace ousage::program;

// The tests in the browser render data/page/busy.json.
TEST(PageView, IsTheDataOfTheTestsInTheBrowser) {
    auto context = ViewContext{};
    context.server = "127.0.0.1:11434";
    context.interval = std::chrono::seconds(30);
    auto page = PageView{};
    page.version = "0.1.0";
    page.metrics_path = "/metrics";
    page.interval_seconds = 30;
    page.age_seconds = 2.5;
    page.account = "desk";
    auto& account = page.accounts.emplace_back();
    account.id = account.key = "desk";
    account.state = ServerState::up;
    account.severity = Severity::warning;
    account.is_polled = true;
    page.view = make_view(test::busy_snapshot(), context);
    EXPECT_EQ(to_json(page) + "\n", test::read_file(OUSAGE_TEST_DATA "/page/busy.json"));
}

} // namespace
