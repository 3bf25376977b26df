// Every supported type reads back equal to what was written.
#include <ousage/core/error.hpp>
#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <system_error>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace ousage;
using std::chrono::sys_days;

enum class Light { red, green, blue };
enum class Flags : std::int16_t { none = 0, first = 1, high = 64, negative = -3 };

struct Inner {
    std::string name = "unnamed";
    std::optional<int> count = 7;
    std::vector<int> list{1, 2};
    std::map<std::string, int> numbers{{"one", 1}};

    bool operator==(Inner const&) const = default;
};

struct Node {
    int value = 0;
    std::vector<Node> children;

    bool operator==(Node const&) const = default;
};

struct Scalars {
    bool flag = true;
    char character = 'x';
    signed char tiny = 0;
    std::uint8_t small = 0;
    std::int16_t medium = 0;
    std::uint32_t large = 0;
    std::int64_t signed_max = 0;
    std::uint64_t unsigned_max = 0;
    float single = 0;
    double real = 0;
    std::byte byte{};
    Light light = Light::green;
    Flags flags = Flags::none;
    std::monostate unit;

    bool operator==(Scalars const&) const = default;
};

struct Texts {
    std::string text;
    std::filesystem::path path;
    Timestamp time;
    std::error_code code;
    std::chrono::milliseconds milliseconds{};
    std::chrono::duration<double> seconds{};
    std::chrono::duration<std::int32_t, std::ratio<1, 3>> thirds{};
    std::chrono::sys_time<std::chrono::nanoseconds> nanoseconds;
    std::chrono::sys_time<std::chrono::microseconds> microseconds;
    std::chrono::sys_seconds instant;
    std::chrono::sys_time<std::chrono::minutes> minute;
    sys_days day;
    std::chrono::sys_time<std::chrono::duration<double>> real_instant;

    bool operator==(Texts const&) const = default;
};

struct Containers {
    std::vector<std::optional<int>> optionals{3};
    std::vector<bool> flags;
    std::deque<Inner> deque;
    std::list<std::string> list;
    std::set<int> set;
    std::unordered_set<std::string> hashed;
    std::array<Inner, 2> array;
    std::pair<int, Inner> pair;
    std::tuple<char, std::optional<Light>, Inner> tuple;
    std::variant<int, double, std::string, Inner, std::monostate> variant;
    std::map<std::string, Inner> inners;
    std::map<Light, std::vector<int>> by_light;
    std::map<Flags, std::optional<int>> by_flags;
    std::map<std::int64_t, std::string> by_number;
    std::map<char, int> by_character;
    std::unordered_map<std::uint8_t, std::map<std::string, int>> nested;
    std::optional<std::vector<int>> maybe{std::vector<int>{4}};
    std::optional<Inner> inner;
    Inner direct{"other", 8, {3}, {{"two", 2}}};
    Node tree;

    bool operator==(Containers const&) const = default;
};

struct Everything {
    Scalars scalars;
    Texts texts;
    Containers containers;

    bool operator==(Everything const&) const = default;
};

// Fills every member of an object with values from a seeded generator.
struct Filler {
    std::mt19937_64 random;

    template <class T>
    T any() {
        auto value = T{};
        fill(value);
        return value;
    }

    void fill(bool& into) { into = random() % 2 == 0; }

    void fill(std::monostate&) {}

    void fill(std::byte& into) { into = std::byte{any<std::uint8_t>()}; }

    void fill(Light& into) { into = static_cast<Light>(random() % 3); }

    void fill(Flags& into) { into = static_cast<Flags>(any<std::int16_t>()); }

    template <class T>
        requires std::is_integral_v<T>
    void fill(T& into) {
        into = static_cast<T>(random() >> (random() % 64));
    }

    template <class T>
        requires std::is_floating_point_v<T>
    void fill(T& into) {
        using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
        do {
            into = std::bit_cast<T>(static_cast<Bits>(random()));
        } while (!std::isfinite(into));
        into = random() % 4 == 0 ? std::trunc(into) : into;
    }

    void fill(std::string& into) {
        static constexpr std::string_view pieces[] = {"a", "é", "\"", "\\", "\n", "\x01", "😀", ""};
        for (auto count = random() % 5; count > 0; --count) {
            into += pieces[random() % std::size(pieces)];
        }
    }

    void fill(std::filesystem::path& into) { into = any<std::string>(); }

    void fill(Timestamp& into) {
        into.at = std::chrono::sys_seconds(std::chrono::seconds(random() % 200'000'000'000));
        into.nanoseconds = static_cast<std::int32_t>(random() % 1'000'000'000);
        into.offset_seconds = (static_cast<std::int32_t>(random() % 1440) - 720) * 60;
    }

    void fill(std::error_code& into) {
        std::error_category const* const categories[] = {
            &std::generic_category(), &std::system_category(), &error_category()};
        into = {any<std::int16_t>(), *categories[random() % 3]};
    }

    template <class Rep, class Period>
    void fill(std::chrono::duration<Rep, Period>& into) {
        into = std::chrono::duration<Rep, Period>(any<Rep>());
    }

    template <class Duration>
    void fill(std::chrono::sys_time<Duration>& into) {
        into = std::chrono::sys_time<Duration>(any<Duration>());
    }

    template <class T>
    void fill(std::optional<T>& into) {
        into.reset();
        if (any<bool>()) {
            into = any<T>();
        }
    }

    template <class... T>
    void fill(std::tuple<T...>& into) {
        into = std::tuple<T...>(any<T>()...);
    }

    template <class A, class B>
    void fill(std::pair<A, B>& into) {
        into = {any<A>(), any<B>()};
    }

    template <class T, std::size_t Size>
    void fill(std::array<T, Size>& into) {
        for (auto& element : into) {
            fill(element);
        }
    }

    template <class... T>
    void fill(std::variant<T...>& into) {
        auto index = random() % sizeof...(T);
        ((index-- == 0 ? void(into = any<T>()) : void()), ...);
    }

    template <class T>
        requires requires { typename T::mapped_type; }
    void fill(T& into) {
        into.clear();
        for (auto count = random() % 3; count > 0; --count) {
            into[any<typename T::key_type>()] = any<typename T::mapped_type>();
        }
    }

    template <class T>
        requires requires { typename T::value_type; } && (!requires { typename T::mapped_type; })
    void fill(T& into) {
        into.clear();
        for (auto count = random() % 3; count > 0; --count) {
            into.insert(into.end(), any<typename T::value_type>());
        }
    }

    void fill(Node& into, int depth = 0) {
        fill(into.value);
        into.children.resize(depth < 3 ? random() % 3 : 0);
        for (auto& child : into.children) {
            fill(child, depth + 1);
        }
    }

    template <Reflectable T>
    void fill(T& into) {
        for_each_member(into, [this](std::string_view, auto& member) { this->fill(member); });
    }
};

template <class T>
void expect_round_trip(T const& value) {
    for (auto const style : {JsonStyle::pretty, JsonStyle::compact}) {
        for (auto const empty : {EmptyMembers::left_out, EmptyMembers::written}) {
            auto const text = to_json(value, style, empty);
            auto read = T{};
            auto const failure = read_json(text, read);
            ASSERT_FALSE(failure) << failure->text << "\n" << text;
            ASSERT_TRUE(read == value) << text;
        }
    }
}

TEST(JsonRoundTrip, EveryTypeReadsBackEqual) {
    auto filler = Filler{std::mt19937_64(20261127)};
    for (int round = 0; round < 250 && !testing::Test::HasFatalFailure(); ++round) {
        expect_round_trip(filler.any<Everything>());
    }
}

TEST(JsonRoundTrip, DefaultAndEmptyValuesReadBackEqual) {
    expect_round_trip(Everything{});
    auto inner = Inner{"", std::nullopt, {}, {}};
    expect_round_trip(inner);
    EXPECT_EQ(
        to_json(inner, JsonStyle::compact), R"({"name":"","count":null,"list":[],"numbers":{}})");
    auto outer = Containers{};
    outer.direct = inner;
    outer.array = {inner, Inner{}};
    outer.inner = inner;
    outer.maybe.reset();
    outer.optionals.clear();
    outer.inners = {{"a", inner}, {"b", {}}};
    outer.by_light = {{Light::red, {}}};
    outer.nested = {{3, {}}};
    expect_round_trip(outer);
}

TEST(JsonRoundTrip, EveryCharacterReadsBackEqual) {
    for (int code = 0; code < 256; ++code) {
        expect_round_trip(static_cast<char>(static_cast<unsigned char>(code)));
    }
    EXPECT_EQ(to_json('x'), "\"x\"");
    EXPECT_EQ(to_json('"'), R"("\"")");
    EXPECT_EQ(to_json('\xE9'), "\"é\"");
}

TEST(JsonRoundTrip, EveryKindOfFloatReadsBackEqual) {
    auto random = std::mt19937(7);
    for (int round = 0; round < 5000 && !testing::Test::HasFatalFailure(); ++round) {
        auto const value = std::bit_cast<float>(static_cast<std::uint32_t>(random()));
        if (std::isfinite(value)) {
            auto read = 0.0f;
            ASSERT_FALSE(read_json(to_json(value), read));
            ASSERT_EQ(std::bit_cast<std::uint32_t>(read), std::bit_cast<std::uint32_t>(value));
        }
    }
    // The double nearest to the shortest form 7.038531e-26 rounds to another float.
    expect_round_trip(7.038531e-26f);
    expect_round_trip(std::numeric_limits<float>::denorm_min());
    expect_round_trip(std::numeric_limits<double>::max());
    expect_round_trip(1.2345678901234568e+20);
}

TEST(JsonRoundTrip, EnumeratorWithoutNameIsNumber) {
    EXPECT_EQ(to_json(Flags::first), "\"first\"");
    EXPECT_EQ(to_json(Flags::high), "64");
    EXPECT_EQ(to_json(Flags::negative), "-3");
    expect_round_trip(Flags::high);
    expect_round_trip(std::map<Flags, int>{{Flags::negative, 1}, {Flags::first, 2}});
}

TEST(JsonRoundTrip, TimePointsAreRfc3339) {
    using namespace std::chrono_literals;
    auto const day = sys_days(std::chrono::year(2026) / 11 / 27);
    EXPECT_EQ(to_json(day), "\"2026-11-27T00:00:00Z\"");
    EXPECT_EQ(to_json(day + 1500ms), "\"2026-11-27T00:00:01.5Z\"");
    EXPECT_EQ(to_json(sys_days() - 1ns), "\"1969-12-31T23:59:59.999999999Z\"");
    using Nanoseconds = std::chrono::sys_time<std::chrono::nanoseconds>;
    expect_round_trip(Nanoseconds::max());
    expect_round_trip(Nanoseconds::min());
    expect_round_trip(std::chrono::sys_time<std::chrono::microseconds>::max());
    expect_round_trip(std::chrono::sys_seconds::min());
    expect_round_trip(sys_days(std::chrono::year(1) / 1 / 1) + 0us);
    expect_round_trip(sys_days(std::chrono::year(1) / 1 / 1) - 1us);
    expect_round_trip(sys_days(std::chrono::year(10000) / 1 / 1) - 1us);
    expect_round_trip(sys_days(std::chrono::year(10000) / 1 / 1) + 0us);
}

TEST(JsonRoundTrip, DurationIsCountOfItsUnit) {
    EXPECT_EQ(to_json(std::chrono::milliseconds(1500)), "1500");
    EXPECT_EQ(to_json(std::chrono::duration<double>(1.5)), "1.5");
}

TEST(JsonRoundTrip, OtherTypesHaveTheirDocumentedForm) {
    auto const compact = [](auto const& value) { return to_json(value, JsonStyle::compact); };
    EXPECT_EQ(compact(std::pair(1, 'a')), R"([1,"a"])");
    EXPECT_EQ(compact(std::tuple(true, 2.5)), "[true,2.5]");
    EXPECT_EQ(compact(std::variant<int, std::string>("a")), R"([1,"a"])");
    EXPECT_EQ(compact(std::map<int, int>{{-1, 2}}), R"({"-1":2})");
    EXPECT_EQ(compact(std::map<Light, int>{{Light::blue, 2}}), R"({"blue":2})");
    EXPECT_EQ(compact(std::vector<std::optional<int>>{1, {}}), "[1,null]");
    EXPECT_EQ(compact(make_error_code(Errc::parse)), R"("ousage:7")");
    EXPECT_EQ(compact(std::filesystem::path("/a/b")), R"("/a/b")");
    EXPECT_EQ(compact(std::string_view("a")), R"("a")");
}

TEST(JsonRoundTrip, NonFiniteNumberIsNullInArrayAndOmittedInObject) {
    struct Numbers {
        double real = 0;
        std::optional<float> maybe;
        std::chrono::duration<double> wait{};
        std::vector<double> list;
        std::map<std::string, float> map;
    };

    auto const nan = std::numeric_limits<double>::quiet_NaN();
    auto const infinity = std::numeric_limits<float>::infinity();
    auto const text = to_json(
        Numbers{
            nan,
            infinity,
            std::chrono::duration<double>(nan),
            {1, nan},
            {{"a", infinity}, {"b", 2}}},
        JsonStyle::compact);
    EXPECT_EQ(text, R"({"list":[1,null],"map":{"b":2}})");
    auto read = Numbers{};
    ASSERT_FALSE(read_json(text, read));
    EXPECT_TRUE(std::isnan(read.list[1]));
}

enum class Side : char { left, right };

struct SmallEnumerations {
    Side side = Side::left;
    std::map<Side, int> sides;

    bool operator==(SmallEnumerations const&) const = default;
};

TEST(JsonRoundTrip, EnumerationsOverChar) {
    auto const written =
        SmallEnumerations{Side::right, {{Side::right, 1}, {static_cast<Side>(9), 2}}};
    auto read = SmallEnumerations{};
    EXPECT_FALSE(read_json(to_json(written), read));
    EXPECT_EQ(read, written);
    EXPECT_TRUE(read_json(R"({"side":300})", read)); // out of the range of char
    EXPECT_EQ(read.side, Side::right);
}

} // namespace
