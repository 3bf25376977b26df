#include "example/ousage/watch/watched_account.hpp"
#include "support/view_snapshots.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;

std::string names(ollama::Snapshot const& snapshot) {
    auto text = std::string{};
    for (auto const& model : snapshot.loaded_models) {
        text += model.name + " ";
    }
    text += "| ";
    for (auto const& model : snapshot.models) {
        text += model.name + " ";
    }
    return text;
}

std::string sorted(Sorting sorting) {
    auto snapshot = busy_snapshot();
    sort_models(snapshot, sorting);
    return names(snapshot);
}

TEST(SortModels, OrdersByEachKey) {
    EXPECT_EQ(
        sorted(Sorting::server),
        "llama3.2:3b qwen3:32b | llama3.2:3b qwen3:32b gpt-oss:120b-cloud ");
    EXPECT_EQ(
        sorted(Sorting::name), "llama3.2:3b qwen3:32b | gpt-oss:120b-cloud llama3.2:3b qwen3:32b ");
    EXPECT_EQ(
        sorted(Sorting::size), "qwen3:32b llama3.2:3b | qwen3:32b llama3.2:3b gpt-oss:120b-cloud ");
    EXPECT_EQ(
        sorted(Sorting::expiry),
        "llama3.2:3b qwen3:32b | llama3.2:3b qwen3:32b gpt-oss:120b-cloud ");
}

TEST(SortModels, UnknownValuesAreLast) {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models[0].expires_at.reset();
    snapshot.loaded_models[0].size_bytes.reset();
    sort_models(snapshot, Sorting::expiry);
    EXPECT_EQ(snapshot.loaded_models[0].name, "qwen3:32b");
    sort_models(snapshot, Sorting::size);
    EXPECT_EQ(snapshot.loaded_models[0].name, "qwen3:32b");
}

} // namespace
