#include <ousage/core/equal.hpp>
#include <ousage/ollama/assembly/remote_models.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::ollama;

ModelUsage usage(std::string model, Location location) {
    auto row = ModelUsage{};
    row.model = std::move(model);
    row.location = location;
    return row;
}

Model model(std::string name, Location location) {
    auto one = Model{};
    one.name = std::move(name);
    one.location = location;
    return one;
}

Snapshot some() {
    auto snapshot = Snapshot{};
    snapshot.models = {
        model("mine:latest", Location::cloud), model("llama3.2:latest", Location::local)};
    snapshot.model_usage = {
        usage("a:cloud", Location::cloud), usage("llama3.2", Location::local),
        usage("mine", Location::local)};
    snapshot.daily_series = {
        {"requests_model_mine", {{"2026-11-18", 2}, {"2026-11-19", 0}, {"2026-11-20", 1}}},
        {"requests_local", {{"2026-11-18", 2}, {"2026-11-19", 0}, {"2026-11-20", 4}}},
        {"requests_cloud", {{"2026-11-20", 5}}}};
    return snapshot;
}

TEST(RemoteModels, ModelWithRemoteHostIsCloudWhateverItsName) {
    auto snapshot = some();
    relocate_remote_models(snapshot);
    EXPECT_EQ(snapshot.model_usage[0].location, Location::cloud);
    EXPECT_EQ(snapshot.model_usage[1].location, Location::local);
    EXPECT_EQ(snapshot.model_usage[2].location, Location::cloud);
    auto const wanted = DailySeries{
        {"requests_model_mine", {{"2026-11-18", 2}, {"2026-11-19", 0}, {"2026-11-20", 1}}},
        {"requests_local", {{"2026-11-20", 3}}},
        {"requests_cloud", {{"2026-11-18", 2}, {"2026-11-19", 0}, {"2026-11-20", 6}}}};
    EXPECT_TRUE(equal(snapshot.daily_series, wanted));
}

TEST(RemoteModels, AllModelsRemoteLeavesNoLocalSeries) {
    auto snapshot = some();
    snapshot.daily_series["requests_local"] = snapshot.daily_series["requests_model_mine"];
    snapshot.daily_series.erase("requests_cloud");
    relocate_remote_models(snapshot);
    EXPECT_FALSE(snapshot.daily_series.contains("requests_local"));
    EXPECT_TRUE(equal(
        snapshot.daily_series.at("requests_cloud"),
        snapshot.daily_series.at("requests_model_mine")));
}

TEST(RemoteModels, KeepsSnapshotUnchangedWithoutServer) {
    auto snapshot = some();
    snapshot.models.clear();
    auto const before = snapshot;
    relocate_remote_models(snapshot);
    EXPECT_TRUE(equal(snapshot, before));
}

} // namespace
