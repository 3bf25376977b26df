#include <ousage/format/view/field.hpp>
#include <ousage/format/view/times.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace {

using namespace ousage;
using namespace std::chrono_literals;

Timestamp const now = *parse_rfc3339("2026-11-20T16:04:05+01:00");

Timestamp in(std::chrono::seconds wait) {
    auto time = now;
    time.at += wait;
    return time;
}

TEST(Times, WaitIsRoundedDown) {
    EXPECT_EQ(wait_text(0s), "0 s");
    EXPECT_EQ(wait_text(59s), "59 s");
    EXPECT_EQ(wait_text(60s), "1 min");
    EXPECT_EQ(wait_text(27min + 59s), "27 min");
    EXPECT_EQ(wait_text(2h), "2 h");
    EXPECT_EQ(wait_text(2h + 30s), "2 h");
    EXPECT_EQ(wait_text(2h + 10min), "2 h 10 min");
    EXPECT_EQ(wait_text(23h + 59min), "23 h 59 min");
    EXPECT_EQ(wait_text(3 * 24h + 5h), "3 d");
}

TEST(Times, AgeHasOneUnit) {
    EXPECT_EQ(age_text(45s), "45 s");
    EXPECT_EQ(age_text(2h + 59min), "2 h");
    EXPECT_EQ(age_text(80 * 24h), "80 d");
    EXPECT_EQ(age_text(-5s), "0 s");
}

TEST(Times, UntilIsEmptyInThePast) {
    EXPECT_EQ(until_text(in(4min), now), "in 4 min");
    EXPECT_EQ(until_text(in(1s), now), "in 1 s");
    EXPECT_EQ(until_text(in(0s), now), "");
    EXPECT_EQ(until_text(in(-1h), now), "");
    EXPECT_EQ(until_text(*parse_rfc3339("2319-01-01T00:00:00Z"), now), "never");
}

TEST(Times, AgoIsNowInTheFuture) {
    EXPECT_EQ(ago_text(now.at - 2h, now), "2 h ago");
    EXPECT_EQ(ago_text(now.at, now), "now");
    EXPECT_EQ(ago_text(now.at + 1h, now), "now");
}

TEST(Times, ClockAndDateAreLocal) {
    EXPECT_EQ(clock_text(now), "16:04:05");
    EXPECT_EQ(local_date_text(*parse_rfc3339("2026-11-20T00:30:00+01:00")), "2026-11-20");
}

TEST(Field, MarksEstimatesStaleValuesAndWarnings) {
    auto field = make_field("31 %");
    EXPECT_EQ(marked(field), "31 %");
    field.severity = Severity::notice;
    EXPECT_EQ(marked(field), "31 %");
    field.severity = Severity::warning;
    EXPECT_EQ(marked(field), "! 31 %");
    EXPECT_EQ(annotated(field), "31 %");
    field.estimated = true;
    field.age = "2 h";
    EXPECT_EQ(marked(field), "! ~31 % ?2 h");
    field.text.clear();
    EXPECT_EQ(marked(field), "");
}

TEST(Field, WorseIsTheHigherSeverity) {
    EXPECT_EQ(worse(Severity::ok, Severity::notice), Severity::notice);
    EXPECT_EQ(worse(Severity::warning, Severity::notice), Severity::warning);
}

} // namespace
