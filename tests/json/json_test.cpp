#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>

namespace {

using namespace ousage;

enum class Light { red, green };

struct Small {
    std::string name;
    std::optional<int> count;
    Light light = Light::red;
};

struct Holder {
    std::vector<Small> list;
    std::map<std::string, double> numbers;
    std::optional<Small> maybe;
};

TEST(Json, WritesMembersInOrderAndOmitsAbsentOnes) {
    auto const holder = Holder{{{"a", 1, Light::green}, {"b", std::nullopt}}, {{"x", 0.1}}, {}};
    EXPECT_EQ(
        to_json(holder, JsonStyle::compact),
        R"({"list":[{"name":"a","count":1,"light":"green"},{"name":"b","light":"red"}],)"
        R"("numbers":{"x":0.1}})");
    EXPECT_EQ(to_json(Holder{}, JsonStyle::compact), "{}");
    EXPECT_EQ(
        to_json(Holder{}, JsonStyle::compact, EmptyMembers::written),
        R"({"list":[],"numbers":{}})");
}

TEST(Json, PrettyStyleIsIndented) {
    auto const holder = Holder{{}, {{"x", 1}}, Small{"m", 2}};
    EXPECT_EQ(
        to_json(holder), "{\n  \"numbers\": {\n    \"x\": 1\n  },\n  \"maybe\": {\n    \"name\": "
                         "\"m\",\n    \"count\": 2,\n    \"light\": \"red\"\n  }\n}");
}

TEST(Json, EscapesArbitraryBytes) {
    auto const text =
        std::string("q\" b\\ n\n r\r t\t nul\0 esc\x1b del\x7f \xff\xc3( \xed\xa0\x80 é 😀", 46);
    auto const json = to_json(Small{text, {}}, JsonStyle::compact);
    auto read = Small{};
    ASSERT_EQ(read_json(json, read), std::nullopt);
    EXPECT_NE(json.find("nul\\u0000 esc\\u001b del\\u007f \xEF\xBF\xBD\xEF\xBF\xBD("), json.npos);
    EXPECT_NE(read.name.find("é 😀"), read.name.npos);
}

TEST(Json, OmitsNonFiniteNumbers) {
    auto const holder = Holder{
        {}, {{"a", std::numeric_limits<double>::quiet_NaN()}, {"b", 1e300 * 1e300}, {"c", 2}}, {}};
    EXPECT_EQ(to_json(holder, JsonStyle::compact), R"({"numbers":{"c":2}})");
}

TEST(Json, FlattensGroupsAndWindows) {
    auto metrics = ollama::Metrics{};
    metrics.server.models_total = 2;
    metrics.requests.five_hours.chat_requests = 7;
    metrics.requests.today.requests = 0;
    EXPECT_EQ(
        to_json(metrics, JsonStyle::compact),
        R"({"models_total":2,"requests_today":0,"chat_requests_5h":7})");
}

TEST(Json, WritesAttributesAsStrings) {
    auto attributes = ollama::Attributes{};
    attributes.cloud_disabled = false;
    attributes.desktop_schema_version = 18;
    EXPECT_EQ(
        to_json(attributes, JsonStyle::compact),
        R"({"cloud_disabled":"false","desktop_schema_version":"18"})");
}

// Fills every member of an object with values from a seeded generator.
struct Filler {
    std::mt19937_64 random;

    bool often() { return random() % 3 != 0; }

    void fill(bool& into) { into = random() % 2 == 0; }

    template <class T>
        requires std::is_integral_v<T>
    void fill(T& into) {
        into = static_cast<T>(random() >> (random() % 64));
    }

    void fill(double& into) {
        do {
            auto const bits = random();
            std::memcpy(&into, &bits, sizeof into);
        } while (!std::isfinite(into));
    }

    void fill(std::string& into) {
        static constexpr std::string_view pieces[] = {"a", "é", "\"", "\\", "\n", "\x01", "😀", ""};
        for (auto count = random() % 5; count > 0; --count) {
            into += pieces[random() % std::size(pieces)];
        }
    }

    void fill(Timestamp& into) {
        into.at = std::chrono::sys_seconds(std::chrono::seconds(random() % 200'000'000'000));
        into.nanoseconds = static_cast<std::int32_t>(random() % 1'000'000'000);
        into.offset_seconds = (static_cast<std::int32_t>(random() % 1440) - 720) * 60;
    }

    void fill(ollama::Status& into) { into = static_cast<ollama::Status>(random() % 4); }

    void fill(State& into) { into = static_cast<State>(random() % 6); }

    void fill(ollama::GpuVendor& into) { into = static_cast<ollama::GpuVendor>(random() % 2); }

    void fill(ollama::Location& into) { into = static_cast<ollama::Location>(random() % 2); }

    template <class T>
    void fill(std::optional<T>& into) {
        if (often()) {
            fill(into.emplace());
        }
    }

    template <class T>
    void fill(std::vector<T>& into) {
        into.resize(random() % 3);
        for (auto& value : into) {
            fill(value);
        }
    }

    template <class T>
    void fill(std::map<std::string, T>& into) {
        for (auto count = random() % 3; count > 0; --count) {
            auto key = std::string{};
            fill(key);
            auto value = T{};
            fill(value);
            if constexpr (!std::is_same_v<T, std::string>) {
                value.resize(1); // a snapshot omits a series without days
            }
            into[key] = value;
        }
    }

    template <Reflectable T>
    void fill(T& into) {
        for_each_member(into, [this](std::string_view, auto& member) { this->fill(member); });
    }
};

TEST(Json, SnapshotRoundTripsUnchanged) {
    auto filler = Filler{std::mt19937_64(20261120)};
    for (int round = 0; round < 300; ++round) {
        auto snapshot = ollama::Snapshot{};
        filler.fill(snapshot);
        for (auto const style : {JsonStyle::pretty, JsonStyle::compact}) {
            auto const json = to_json(snapshot, style);
            auto read = ollama::Snapshot{};
            auto const failure = read_json(json, read);
            ASSERT_EQ(failure, std::nullopt) << failure->text << "\n" << json;
            ASSERT_EQ(to_json(read, style), json);
            ASSERT_TRUE(equal(snapshot, read));
        }
    }
}

TEST(Json, SnapshotOmitsSeriesWithoutDays) {
    auto snapshot = ollama::Snapshot{};
    snapshot.daily_series["requests"] = {};
    EXPECT_EQ(to_json(snapshot).find("daily_series"), std::string::npos);
    snapshot.daily_series["messages"] = {{"2026-11-21", 1}};
    EXPECT_NE(to_json(snapshot).find("daily_series"), std::string::npos);
    EXPECT_EQ(to_json(snapshot).find("requests"), std::string::npos);
}

TEST(Json, OmitsEmptyEntriesOnlyIfTypeDeclaresIt) {
    struct Series {
        std::map<std::string, std::vector<int>> values;
    };

    EXPECT_EQ(to_json(Series{{{"a", {}}}}, JsonStyle::compact), R"({"values":{"a":[]}})");
}

} // namespace
