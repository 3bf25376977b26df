#include "support/access_log_reference.hpp"
#include "support/json_tree.hpp"
#include "support/truth.hpp"
#include <ousage/core/enum_name.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/io/file/time_zone.hpp>
#include <ousage/ollama/log/access_log.hpp>
#include <ousage/ollama/log/gin_path.hpp>
#include <ousage/ollama/log/route.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <ostream>
#include <random>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace ousage::test;

// An entry as text, for readable differences.
struct Row {
    std::string time;
    int status = 0;
    std::int64_t latency_ns = 0;
    std::string client, method, path, query, route;
    std::vector<std::string> errors;

    bool operator==(Row const&) const = default;

    friend std::ostream& operator<<(std::ostream& out, Row const& row) {
        out << row.time << " " << row.status << " " << row.latency_ns << " [" << row.client << "] "
            << row.method << " " << row.path << " ? " << row.query << " " << row.route;
        for (auto const& error : row.errors) {
            out << " !" << error;
        }
        return out;
    }
};

Row to_row(AccessEntry const& entry) {
    auto errors = entry.errors;
    std::transform(errors.begin(), errors.end(), errors.begin(), to_utf8);
    auto const path = unquote_gin_path(entry.line.quoted_path);
    auto const offset = static_cast<std::int32_t>(entry.offset.count());
    return {
        to_rfc3339({entry.time, 0, offset}),
        entry.line.status,
        entry.line.latency_ns,
        std::string(entry.line.client),
        std::string(entry.line.method),
        path.path,
        path.query,
        std::string(enum_name(route_of(entry.line.method, path.path))),
        std::move(errors)};
}

std::string text_of(JsonTree const& row, std::string const& key) {
    if (auto const* const text = row.find(key)) {
        return text->string().value_or("");
    }
    auto const* const encoded = row.find(key + "_base64");
    return encoded != nullptr ? from_base64(encoded->to_string()) : "";
}

struct Truth {
    std::vector<Row> rows;
    std::vector<bool> ambiguous;
    std::vector<bool> forges; // an error text follows that looks like an entry and counts as one
    std::size_t unparsed = 0;
};

Truth read_truth(std::string const& name) {
    auto truth = Truth{};
    for (auto const& line : split_lines(read_data(name))) {
        auto const row = JsonTree(line);
        auto const kind = row.find("kind") == nullptr ? "access" : row["kind"].to_string();
        if (kind == "access") {
            auto wanted = Row{};
            wanted.time = text_of(row, "time");
            wanted.status = static_cast<int>(row["status"].to_int());
            wanted.latency_ns = row["latency_ns"].to_int();
            wanted.client = text_of(row, "client");
            wanted.method = text_of(row, "method");
            wanted.path = text_of(row, "path");
            wanted.query = text_of(row, "query");
            wanted.route = text_of(row, "route");
            if (auto const* const errors = row.find("errors")) {
                for (auto const& error : errors->children()) {
                    wanted.errors.push_back(error.to_string());
                }
            } else if (auto const* const encoded = row.find("errors_base64")) {
                for (auto const& error : encoded->children()) {
                    wanted.errors.push_back(to_utf8(from_base64(error.to_string())));
                }
            }
            truth.rows.push_back(std::move(wanted));
            truth.forges.push_back(text_of(row, "note").find("forges") != std::string::npos);
            truth.ambiguous.push_back(row.find("ambiguous_time") != nullptr);
        }
        truth.unparsed += kind == "unparsed" ? 1u : 0u;
    }
    return truth;
}

std::vector<Row>
read_log(std::string const& text, Calendar const& zone, bool forced, LogCounts& counts) {
    auto rows = std::vector<Row>{};
    auto log = AccessLog(zone, forced);
    auto const sink = [&](AccessEntry const& entry) { rows.push_back(to_row(entry)); };
    log.feed(text, sink);
    log.finish(sink);
    counts = log.counts();
    return rows;
}

TEST(AccessLog, ReadsEveryRecordingAsWritten) {
    auto const zones = JsonTree(read_data("gin/zones.json"));
    auto const root = std::filesystem::path(OUSAGE_TEST_DATA) / "gin";
    int logs = 0;
    for (auto const& file : std::filesystem::recursive_directory_iterator(root)) {
        if (file.path().extension() != ".log") {
            continue;
        }
        auto const directory = file.path().parent_path().filename().string();
        auto const stem = file.path().stem().string();
        SCOPED_TRACE(directory + "/" + stem);
        auto const truth = read_truth("gin/" + directory + "/" + stem + ".truth.jsonl");
        auto const zone = *io::load_time_zone(zones[directory][stem].to_string());
        auto counts = LogCounts{};
        auto const text = read_data("gin/" + directory + "/" + stem + ".log");
        // The slog lines of the variants have other dates, so the zone is forced, except for the
        // log that tests them.
        auto rows = read_log(text, zone, stem != "slog_zone", counts);
        for (std::size_t index = 0; index < truth.forges.size(); ++index) {
            if (truth.forges[index] && index + 1 < rows.size()) {
                rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(index) + 1);
            }
        }
        ASSERT_GT(rows.size(), 0u);
        ASSERT_EQ(rows.size(), truth.rows.size());
        for (std::size_t index = 0; index < rows.size(); ++index) {
            if (!truth.ambiguous[index] || rows[index].time.size() < 20) {
                ASSERT_EQ(rows[index], truth.rows[index]) << "row " << index;
            }
        }
        EXPECT_EQ(counts.unparsed, truth.unparsed);
        EXPECT_EQ(counts.bytes, text.size());
        ++logs;
    }
    EXPECT_GE(logs, 20);
}

TEST(AccessLog, AnySplitOfInputGivesSameEntries) {
    auto const text = read_data("gin/variants/mixed.log");
    auto const zone = *io::load_time_zone("Europe/Berlin");
    auto counts = LogCounts{};
    auto const whole = read_log(text, zone, false, counts);
    auto random = std::mt19937_64(4);
    for (int round = 0; round < 20; ++round) {
        auto rows = std::vector<Row>{};
        auto log = AccessLog(zone);
        auto const sink = [&](AccessEntry const& entry) { rows.push_back(to_row(entry)); };
        for (std::size_t start = 0; start < text.size();) {
            auto const size = 1 + random() % (round < 10 ? 7 : 9000);
            log.feed(std::string_view(text).substr(start, size), sink);
            start += size;
        }
        log.finish(sink);
        ASSERT_EQ(rows, whole);
        EXPECT_EQ(log.counts().lines, counts.lines);
        EXPECT_EQ(log.counts().unparsed, counts.unparsed);
    }
}

constexpr std::string_view good =
    "[GIN] 2026/11/20 - 16:00:00 | 200 |            1s |       127.0.0.1 | POST     \"/api/chat\"";

TEST(AccessLog, CountsOverlongLineAsUnparsedAndReadsNext) {
    for (std::size_t const extra : {0u, 1u, 100000u, 1000000u}) {
        auto const spaces = std::string(AccessLog::line_limit - good.size() + extra, ' ');
        auto counts = LogCounts{};
        auto const text = std::string(good) + spaces + "\n" + std::string(good) + "\n";
        auto const rows = read_log(text, Calendar::utc(), false, counts);
        EXPECT_EQ(rows.size(), extra == 0 ? 2u : 1u);
        EXPECT_EQ(counts.unparsed, extra == 0 ? 0u : 1u);
        EXPECT_EQ(counts.first_unparsed_line, extra == 0 ? 0u : 1u);
        EXPECT_EQ(counts.lines, 2u);
    }
}

TEST(AccessLog, FindsMarkAtAnyOffsetOfOverlongLine) {
    for (auto const position : {65'529u, 65'530u, 65'531u, 65'535u, 65'536u, 65'537u, 200'000u}) {
        auto const text =
            std::string(position, 'x') + "[GIN] \n" + std::string(position, '[') + "GIN]\n";
        for (auto const step : {1u, 5u, 6u, 4'096u, 65'536u, 1'000'000u}) {
            auto log = AccessLog(Calendar::utc(), true);
            auto const none = [](AccessEntry const&) { ADD_FAILURE(); };
            for (std::size_t start = 0; start < text.size(); start += step) {
                log.feed(std::string_view(text).substr(start, step), none);
            }
            EXPECT_EQ(log.counts().lines, 2u);
            EXPECT_EQ(log.counts().unparsed, 1u) << position << " by " << step;
            EXPECT_EQ(log.counts().first_unparsed_line, 1u);
        }
    }
}

// Returns a random line of any kind, without its newline.
std::string any_line(std::mt19937_64& random) {
    static constexpr std::string_view kinds[] = {
        "[GIN] ",
        "[GIN]",
        "Error #01: x",
        "Error #02: [GIN] y",
        "     Meta: z",
        "\r",
        "",
        "time=2026-11-20T15:59:58.374Z level=INFO source=a.go:1 msg=\"[GIN] x\""};
    auto line = std::string(good);
    switch (random() % 10) {
    case 0: return line.substr(0, random() % line.size());
    case 1: return line.substr(0, random() % line.size()) + line;
    case 2: return line + std::string(random() % 4, "\r \tx"[random() % 4]);
    case 3: return std::string(AccessLog::line_limit - line.size() - 2 + random() % 5, ' ') + line;
    case 4: return std::string(AccessLog::line_limit - 8 + random() % 16, 'x') + line;
    case 5: line[random() % line.size()] = static_cast<char>(random()); return line;
    case 6: return line;
    default: return std::string(kinds[random() % std::size(kinds)]);
    }
}

TEST(AccessLog, MatchesReferenceReaderOnAnyLog) {
    auto random = std::mt19937_64(7);
    for (int round = 0; round < 150; ++round) {
        auto text = std::string();
        for (auto count = random() % 30; count > 0; --count) {
            text += any_line(random) + (count > 1 || round % 3 > 0 ? "\n" : "");
        }
        auto const reference = AccessLogReference(text);
        auto entries = std::vector<AccessEntry>{};
        auto log = AccessLog(Calendar::utc(), true);
        auto const sink = [&](AccessEntry const& entry) { entries.push_back(entry); };
        for (std::size_t start = 0; start < text.size();) {
            auto const size = 1 + random() % (round % 2 == 0 ? 100'000 : 900);
            log.feed(std::string_view(text).substr(start, size), sink);
            start += size;
        }
        log.finish(sink);
        EXPECT_EQ(log.counts().lines, reference.lines);
        EXPECT_EQ(log.counts().unparsed, reference.unparsed);
        EXPECT_EQ(log.counts().first_unparsed_line, reference.first_unparsed_line);
        EXPECT_EQ(log.counts().entries, reference.entries.size());
        ASSERT_EQ(entries.size(), reference.entries.size());
        for (std::size_t index = 0; index < entries.size(); ++index) {
            EXPECT_EQ(entries[index].errors, reference.entries[index].errors);
        }
    }
}

TEST(AccessLog, ReadsZoneOfSlogLineThatQuotesMark) {
    auto counts = LogCounts{};
    auto const slog =
        "time=2026-11-20T15:59:58.374+09:00 level=INFO source=a.go:1 msg=\"[GIN] x\"\n";
    auto const rows = read_log(slog + std::string(good) + "\n", Calendar::utc(), false, counts);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].time, "2026-11-20T16:00:00+09:00");
    EXPECT_EQ(counts.unparsed, 1u);
}

TEST(AccessLog, HoldsUnterminatedLastLineUntilFinish) {
    int entries = 0;
    auto const sink = [&](AccessEntry const&) { ++entries; };
    auto log = AccessLog(Calendar::utc(), true);
    log.feed(good, sink);
    log.flush(sink);
    EXPECT_EQ(entries, 0);
    EXPECT_EQ(log.counts().lines, 0u);
    log.finish(sink);
    EXPECT_EQ(entries, 1);
    EXPECT_EQ(log.counts().lines, 1u);
}

TEST(AccessLog, TakesZoneOfPrecedingSlogLineElseOfFollowing) {
    auto const slog = [](std::string offset) {
        return "time=2026-11-20T15:59:58.374" + offset + " level=INFO source=a.go:1 msg=x\n";
    };
    auto const line = std::string(good) + "\n";
    auto counts = LogCounts{};
    auto const rows =
        read_log(line + slog("+09:00") + line + slog("Z") + line, Calendar::utc(), false, counts);
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].time, "2026-11-20T16:00:00+09:00");
    EXPECT_EQ(rows[1].time, "2026-11-20T16:00:00+09:00");
    EXPECT_EQ(rows[2].time, "2026-11-20T16:00:00Z");
    auto const forced =
        read_log(slog("+09:00") + line, Calendar::fixed(std::chrono::hours(1)), true, counts);
    EXPECT_EQ(forced[0].time, "2026-11-20T16:00:00+01:00");
}

TEST(AccessLog, HoldsEntriesUntilSlogLineUnlessNoneFollows) {
    std::size_t entries = 0;
    auto const sink = [&](AccessEntry const&) { ++entries; };
    auto const line = std::string(good) + "\n";
    auto log = AccessLog(Calendar::utc());
    log.feed(line + line + line, sink);
    EXPECT_EQ(entries, 0u);
    log.flush(sink);
    log.settle_zone(sink);
    EXPECT_EQ(entries, 3u);
    auto live = AccessLog(Calendar::utc());
    live.assume_offset(std::nullopt);
    live.feed(line + line + line, sink);
    EXPECT_EQ(entries, 5u);
    live.flush(sink);
    live.settle_zone(sink);
    live.feed(line + line, sink);
    EXPECT_EQ(entries, 6u);
}

TEST(AccessLog, ErrorLinesOfOneEntryAreBounded) {
    auto text = std::string(good) + "\n";
    for (int number = 1; number <= 5000; ++number) {
        text += fmt::format("Error #{:02}: {}\n", number, std::string(200, 'x'));
    }
    text += std::string(good) + "\nError #01: last\n";
    auto counts = LogCounts{};
    auto const rows = read_log(text, Calendar::utc(), true, counts);
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].errors.size(), 1000u);
    EXPECT_EQ(rows[1].errors, std::vector<std::string>{"last"});
    EXPECT_EQ(counts.unparsed, 0u);
    EXPECT_EQ(counts.lines, 5003u);
}

TEST(AccessLog, QueuedEntriesAreBoundedByTheirSize) {
    auto line = std::string(good);
    line.insert(line.size() - 1, std::string(60'000, 'x'));
    line += '\n';
    std::size_t entries = 0;
    auto const sink = [&](AccessEntry const& entry) {
        entries += entry.line.quoted_path.size() > 60'000 ? 1u : 0u;
    };
    auto log = AccessLog(Calendar::utc());
    for (std::size_t count = 1; count <= 1000; ++count) {
        log.feed(line, sink);
        EXPECT_LE(count - entries, 300u);
    }
    log.finish(sink);
    EXPECT_EQ(entries, 1000u);
}

TEST(AccessLog, ReadsArbitraryBytesSafely) {
    auto random = std::mt19937_64(5);
    auto const seed = read_data("gin/variants/mixed.log");
    for (int round = 0; round < 200; ++round) {
        auto text = seed.substr(random() % (seed.size() - 2000), 2000);
        for (int change = 0; change < 50; ++change) {
            text[random() % text.size()] = static_cast<char>(random());
        }
        auto counts = LogCounts{};
        auto const rows = read_log(text, Calendar::utc(), false, counts);
        auto const newlines = std::count(text.begin(), text.end(), '\n');
        EXPECT_EQ(counts.lines, static_cast<std::uint64_t>(newlines) + (text.back() != '\n'));
        EXPECT_EQ(counts.entries, rows.size());
        EXPECT_LE(counts.entries + counts.unparsed, counts.lines);
    }
}

} // namespace
