#include "support/truth.hpp"
#include <ousage/core/shape.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::ollama;

class Guide : public testing::Test {
protected:
    std::string const text_ = test::read_data("../../docs/guide.md");

    void expect(std::string const& key) {
        EXPECT_NE(text_.find("`" + key + "`"), std::string::npos) << "docs/guide.md lacks " << key;
    }

    template <class T>
    void expect_members() {
        for (auto const name : member_names<T>) {
            expect(std::string(name));
        }
    }
};

TEST_F(Guide, ListsEveryKeyOfSnapshot) {
    ASSERT_GT(text_.size(), 1000u);
    expect_members<Snapshot>();
    expect_members<SourceReport>();
    expect_members<Limits>();
    expect_members<Limit>();
    expect_members<Attributes>();
    expect_members<Model>();
    expect_members<LoadedModel>();
    expect_members<Gpu>();
    expect_members<Runner>();
    expect_members<ModelUsage>();
    expect_members<ToolUsage>();
    expect_members<DayValue>();
    auto const metrics = Metrics{};
    for_each_key(metrics, [this](std::string const& key, auto const&) { expect(key); });
}

} // namespace
