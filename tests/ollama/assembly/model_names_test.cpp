#include <ousage/ollama/assembly/model_names.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace {

using namespace ousage::ollama;

std::string digest(char digit) {
    return std::string(64, digit);
}

TEST(ModelNames, FindsTheLastLoadOfABlob) {
    auto names = ModelNames();
    EXPECT_EQ(names.find(digest('a')), std::nullopt);
    names.add_load({digest('a'), "first:latest"});
    names.add_load({digest('b'), "other:latest"});
    names.add_load({digest('a'), "second:latest"});
    names.add_load({digest('a'), ""});
    names.add_load({"", "nothing:latest"});
    EXPECT_EQ(names.find(digest('a')), "second:latest");
    EXPECT_EQ(names.find(digest('b')), "other:latest");
    EXPECT_EQ(names.find(""), std::nullopt);
}

TEST(ModelNames, FindsTheOnlyListedModelOfABlob) {
    auto names = ModelNames();
    names.set_shown({{digest('a'), "one"}, {digest('b'), "two"}, {digest('b'), "three"}});
    EXPECT_EQ(names.find(digest('a')), "one");
    EXPECT_EQ(names.find(digest('b')), std::nullopt); // two models consist of it
    names.add_load({digest('b'), "three"});
    EXPECT_EQ(names.find(digest('b')), "three");
    names.set_shown({});
    EXPECT_EQ(names.find(digest('a')), std::nullopt);
    EXPECT_EQ(names.find(digest('b')), "three");
}

TEST(ModelNames, BoundsTheLoads) {
    auto names = ModelNames();
    for (std::size_t number = 0; number <= ModelNames::load_limit; ++number) {
        names.add_load({std::to_string(number), "a"});
    }
    EXPECT_EQ(names.find(std::to_string(ModelNames::load_limit - 1)), "a");
    EXPECT_EQ(names.find(std::to_string(ModelNames::load_limit)), std::nullopt);
    names.add_load({"0", "b"});
    EXPECT_EQ(names.find("0"), "b");
}

ModelUsage row(std::string model, std::string window, bool estimated, std::uint64_t tokens) {
    auto usage = ModelUsage{};
    usage.model = std::move(model);
    usage.window = std::move(window);
    usage.estimated = estimated;
    usage.requests = 1;
    usage.input_tokens = tokens;
    usage.output_tokens = 2 * tokens;
    usage.total_tokens = 3 * tokens;
    return usage;
}

TEST(NameModels, RunnersHaveTheNamesOfTheirDigests) {
    auto names = ModelNames();
    names.add_load({digest('a'), "tiny:latest"});
    auto snapshot = Snapshot{};
    snapshot.runners.resize(3);
    snapshot.runners[0].digest = digest('a');
    snapshot.runners[1].digest = digest('b');
    name_models(snapshot, names);
    EXPECT_EQ(snapshot.runners[0].model, "tiny:latest");
    EXPECT_EQ(snapshot.runners[0].digest, digest('a'));
    EXPECT_EQ(snapshot.runners[1].model, std::nullopt);
    EXPECT_EQ(snapshot.runners[2].model, std::nullopt);
}

TEST(NameModels, RowsOfTheLogAreAddedByNameAndWindow) {
    auto names = ModelNames();
    names.add_load({digest('a'), "tiny:latest"});
    auto snapshot = Snapshot{};
    snapshot.model_usage = {
        row("sha256-" + digest('a'), "today", false, 1),
        row("sha256-" + digest('a'), "7d", false, 10),
        row("sha256-" + digest('b'), "7d", false, 100),
        row("tiny:latest", "7d", false, 1000),
        row("unknown", "7d", false, 10'000),
        row("tiny:latest", "7d", true, 7),
        row("sha256-" + digest('a'), "all", true, 7)};
    name_models(snapshot, names);
    ASSERT_EQ(snapshot.model_usage.size(), 5u);
    auto const expect = [&snapshot](
                            std::size_t index, std::string const& model, std::string const& window,
                            std::uint64_t requests, std::uint64_t tokens) {
        auto const& usage = snapshot.model_usage[index];
        EXPECT_EQ(usage.model, model) << index;
        EXPECT_EQ(usage.window, window) << index;
        EXPECT_EQ(usage.requests, requests) << index;
        EXPECT_EQ(usage.input_tokens, tokens) << index;
        EXPECT_EQ(usage.output_tokens, 2 * tokens) << index;
        EXPECT_EQ(usage.total_tokens, 3 * tokens) << index;
    };
    expect(0, "tiny:latest", "today", 1, 1);
    expect(1, "tiny:latest", "7d", 2, 1010);
    expect(2, "unknown", "7d", 2, 10'100);
    // Rows of the desktop database are not changed.
    expect(3, "tiny:latest", "7d", 1, 7);
    expect(4, "sha256-" + digest('a'), "all", 1, 7);
}

} // namespace
