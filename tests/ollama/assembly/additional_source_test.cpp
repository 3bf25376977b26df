// A source that is not in ousage needs one header, one definition, one member of the whole and one
// argument of merge. Options, exit code, metrics and table need no edit.
#include "support/room_temperature.hpp"
#include <ousage/core/deadline.hpp>
#include <ousage/format/prometheus.hpp>
#include <ousage/format/table.hpp>
#include <ousage/ollama.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace ousage::test {

namespace {

asio::awaitable<void> read_room(double celsius, Outcome<RoomTemperature>& into) {
    into.value.room_celsius = celsius;
    co_return;
}

} // namespace

Source<RoomTemperature> room_temperature(double celsius) {
    return Source<RoomTemperature>(
        [celsius](Outcome<RoomTemperature>& into) { return read_room(celsius, into); });
}

namespace {

using namespace std::chrono_literals;

struct Whole {
    std::vector<SourceReport> sources;
    std::optional<bool> cloud_disabled;
    std::optional<double> room_celsius;
};

Source<Whole> whole_of() {
    auto const nowhere = std::filesystem::path("/nonexistent/server.json");
    return merge<Whole>(ollama::server_config(nowhere), room_temperature(21.5)) | with_timeout(10s);
}

std::vector<std::string> names_of(std::vector<SourceDescription> const& sources) {
    auto names = std::vector<std::string>{};
    for (auto const& source : sources) {
        names.push_back(source.name);
    }
    return names;
}

TEST(AdditionalSource, IsReportedInTheOrderOfItsTraits) {
    auto const whole = whole_of();
    EXPECT_EQ(names_of(whole.parts()), (std::vector<std::string>{"room", "server_config"}));
    auto const outcome = run(whole);
    ASSERT_EQ(outcome.value.sources.size(), 2u);
    EXPECT_EQ(outcome.value.sources[0].name, "room");
    EXPECT_EQ(outcome.value.sources[1].name, "server_config");
    EXPECT_EQ(outcome.value.sources[1].state, State::absent);
    EXPECT_EQ(outcome.value.room_celsius, 21.5);
}

TEST(AdditionalSource, KeepsTheReportsOfAMergeInsideAMerge) {
    auto const outcome = run(merge<Whole>(whole_of()));
    ASSERT_EQ(outcome.value.sources.size(), 3u);
    EXPECT_EQ(outcome.value.sources[0].name, "merge");
    EXPECT_EQ(outcome.value.sources[1].name, "room");
    EXPECT_EQ(outcome.value.sources[2].name, "server_config");
    EXPECT_EQ(outcome.value.room_celsius, 21.5);
}

TEST(AdditionalSource, HasADeadlineByItsName) {
    auto const sources = whole_of().parts();
    auto const deadline = parse_deadline("room=1s", sources);
    ASSERT_TRUE(deadline);
    EXPECT_EQ(deadline->source, "room");
    EXPECT_EQ(deadline->limit, 1s);
    auto const all = parse_deadline("250ms", sources);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->source, "");
    EXPECT_EQ(all->limit, 250ms);
    for (auto const* const wrong : {"kitchen=1s", "=1s", "room=", "room=0s", "", "room=x", "x"}) {
        auto const failed = parse_deadline(wrong, sources);
        ASSERT_FALSE(failed) << wrong;
        EXPECT_EQ(failed.failure().code, Errc::configuration) << wrong;
    }
    auto const account = ollama::Account{};
    EXPECT_EQ(account.timeout_of(sources[0]), 200ms);
}

TEST(AdditionalSource, CountsAsDataAsItsTraitsState) {
    auto const whole = whole_of();
    auto outcome = run(whole);
    EXPECT_TRUE(has_data(outcome.value.sources, whole.parts()));
    outcome.value.sources[0].state = State::error;
    outcome.value.sources[1].state = State::ok; // server_config alone
    EXPECT_FALSE(has_data(outcome.value.sources, whole.parts()));
}

TEST(AdditionalSource, IsInTheTableAndTheMetrics) {
    auto const outcome = run(whole_of());
    auto const table = to_table(outcome.value);
    EXPECT_NE(table.find("room_celsius  21.5"), std::string::npos) << table;
    EXPECT_NE(table.find("  room           ok"), std::string::npos) << table;
    auto exposition = Exposition(ExpositionFormat::text);
    for_each_family([&](FamilyWriter const& one) {
        if (one.family.name == "ousage_source_state") {
            exposition.family(one.family);
            write_source_states(outcome.value.sources, exposition);
        }
    });
    auto const text = std::move(exposition).finish();
    EXPECT_NE(text.find("ousage_source_state{source=\"room\",state=\"ok\"} 1\n"), std::string::npos)
        << text;
}

TEST(AdditionalSource, TheSnapshotStatesItsOwnSources) {
    auto const sources = ollama::source_descriptions();
    EXPECT_EQ(
        names_of(sources),
        (std::vector<std::string>{
            "local_api", "server_log", "desktop_db", "server_config", "cloud", "gpu", "runners"}));
    for (auto const& source : sources) {
        auto const counts =
            source.name != "server_config" && source.name != "gpu" && source.name != "runners";
        EXPECT_EQ(source.counts_as_data, counts) << source.name;
        EXPECT_EQ(source.deadline, 5s) << source.name;
    }
}

} // namespace

} // namespace ousage::test
