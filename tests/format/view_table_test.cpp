#include "support/view_snapshots.hpp"
#include <ousage/format/text/text_width.hpp>
#include <ousage/format/view_table.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;

View view_of(ollama::Snapshot const& snapshot) {
    auto context = ViewContext{};
    context.server = "127.0.0.1:11434";
    return make_view(snapshot, context);
}

std::vector<std::string> lines_of(std::string const& text) {
    auto lines = std::vector<std::string>{};
    auto stream = std::istringstream(text);
    for (auto line = std::string{}; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

TextStyle style(std::size_t width) {
    return TextStyle{width, false, true};
}

TEST(ViewTable, ShowsEverySectionInOrder) {
    EXPECT_EQ(
        view_table(view_of(busy_snapshot()), style(80)),
        R"( Ollama 0.33.1   127.0.0.1:11434   up, 12 ms                2026-11-20 16:04:05
─ Loaded ─────────────────────────────────────────────── VRAM 12.8 of 24.0 GiB ─
   llama3.2:3b  ████████████████████   3.1 GiB  100 % GPU   8k   in 4 min
 ! qwen3:32b    ██████████████▒▒▒▒▒▒  14.2 GiB   68 % GPU  32k  in 27 min
─ GPU ──────────────────────────────────────────────────────────────────────────
   0 RTX 4090  ████████████████▋     83 % busy  17.9 of 24.0 GiB  312 W  64 °C
─ Tokens ───────────────────────────────────────────────────────────────────────
   today       out 86.3k at 41.2 tok/s   in 1.2M at 1.9k tok/s, 64 % cached
               ! 2 truncated
   cloud 24 h  out 24.1k   in 182k   31 requests   $0.21
─ Requests ─────────────────────────────────────────────────────────────────────
   now    qwen3:32b: 2 running, out 512 at 38.0 tok/s
            all   chat  gen  embed  4xx  5xx     p50    p95   p99
   today    184    150   30      4    1    0   1.2 s  8.4 s  31 s
   5 h       61     52    9      0  ! 3  ! 1  0.41 s  7.9 s  12 s
   7 d    12.3k  12.0k  300     45   14    2
─ Quota ────────────────────────────────────────────────────────────────── pro ─
   5 h        ██████▎               31 %  resets in 2 h 10 min
 ! week       ██████████████████▎   91 %  resets in 3 d
   month      ███████████████▎      76 %
   included   ███▎                  16 %  $3.20 of $20.00
   purchased                              $25.00 left
─ Sources ──────────────────────────────────────────────────────────────────────
   api 12 ms   log 3.1 ms   desktop absent   config 0.40 ms
   cloud 210 ms, partial   gpu 1.2 ms   runners 2.3 ms
   desktop  no db.sqlite
   cloud    balance: HTTP status 500
─ History ──────────────────────────────────────────────────────────────────────
                       max  yesterday     7 d  days
   requests    ▃▂█     184          9     231  11-18 to 11-20
   app tokens    █  ~12.3k             ~12.3k  11-20
─ Models ──────────────────────────────────────────────────── 21.0 GiB on disk ─
   llama3.2:3b          1.9 GiB   3.2B  Q4_K_M  128k  tools  18 d ago
   qwen3:32b           18.8 GiB  32.8B  Q4_K_M
   gpt-oss:120b-cloud     cloud
)");
}

TEST(ViewTable, FitsInFortyColumns) {
    EXPECT_EQ(
        view_table(view_of(busy_snapshot()), style(40)),
        R"( Ollama 0.33.1   up, 12 ms     16:04:05
─ Loaded ─────── VRAM 12.8 of 24.0 GiB ─
   llama3.2:3b  100 % GPU   in 4 min
 ! qwen3:32b     68 % GPU  in 27 min
─ GPU ──────────────────────────────────
   0 RT…090  83 % busy  17.9 of 24.0 GiB
─ Tokens ───────────────────────────────
   today       out 86.3k at 41.2 tok/s
               in 1.2M at 1.9k tok/s, 64
               % cached   ! 2 truncated
   cloud 24 h  out 24.1k   in 182k
               31 requests   $0.21
─ Requests ─────────────────────────────
   now    qwen3:32b: 2 running, out 512
          at 38.0 tok/s
            all  4xx  5xx     p50    p95
   today    184    1    0   1.2 s  8.4 s
   5 h       61  ! 3  ! 1  0.41 s  7.9 s
   7 d    12.3k   14    2
─ Quota ────────────────────────── pro ─
   5 h        31 %  resets in 2 h 10 min
 ! week       91 %  resets in 3 d
   month      76 %
   included   16 %  $3.20 of $20.00
   purchased        $25.00 left
─ Sources ──────────────────────────────
   api 12 ms   log 3.1 ms
   desktop absent   config 0.40 ms
   cloud 210 ms, partial   gpu 1.2 ms
   runners 2.3 ms
   desktop  no db.sqlite
   cloud    balance: HTTP status 500
─ History ──────────────────────────────
                    yesterday     7 d
   requests    ▃▂█          9     231
   app tokens    █             ~12.3k
─ Models ──────────── 21.0 GiB on disk ─
   llama3.2:3b          1.9 GiB  128k
   qwen3:32b           18.8 GiB
   gpt-oss:120b-cloud     cloud
)");
}

TEST(ViewTable, NoLineIsWiderThanTheStyle) {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models[0].name = "hf.co/bartowski/日本語-Llama-3.2-3B-Instruct-GGUF:Q4_K_M";
    snapshot.models[0].name = snapshot.loaded_models[0].name;
    snapshot.gpus[0].name = "NVIDIA H100 80GB HBM3 MIG 1g.10gb";
    snapshot.sources[4].error = std::string(300, 'x') + " " + std::string(90, 'y');
    auto const view = view_of(snapshot);
    for (std::size_t width = 40; width <= 200; width += width < 80 ? 1 : 17) {
        for (auto const unicode : {true, false}) {
            for (auto const& line : lines_of(view_table(view, TextStyle{width, false, unicode}))) {
                EXPECT_LE(text_width(line), width) << line;
                EXPECT_FALSE(line.ends_with(' ')) << line;
            }
        }
    }
}

TEST(ViewTable, WiderLinesShowMoreColumns) {
    auto const view = view_of(busy_snapshot());
    auto const wide = view_table(view, style(120));
    EXPECT_NE(wide.find("64 °C  Ollama\n"), wide.npos) << wide;
    auto const narrow = view_table(view, style(50));
    EXPECT_EQ(narrow.find("64 °C"), narrow.npos) << narrow;
    EXPECT_NE(narrow.find("! qwen3:32b"), narrow.npos) << narrow;
}

TEST(ViewTable, ShowsNoDigest) {
    auto const text = view_table(view_of(busy_snapshot()), style(200));
    EXPECT_FALSE(std::regex_search(text, std::regex("[0-9a-f]{12}"))) << text;
}

TEST(ViewTable, IsAsciiWithoutUnicode) {
    auto const text = view_table(view_of(busy_snapshot()), TextStyle{80, false, false});
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char byte) {
        return byte == '\n' || (byte >= ' ' && byte <= '~');
    })) << text;
    EXPECT_NE(text.find("- Loaded ----"), text.npos) << text;
    EXPECT_NE(text.find("##############......"), text.npos) << text;
}

TEST(ViewTable, ColourChangesNoText) {
    auto const view = view_of(busy_snapshot());
    auto const coloured = view_table(view, TextStyle{80, true, true});
    EXPECT_NE(coloured.find(" \x1b[31m!\x1b[0m qwen3:32b"), coloured.npos) << coloured;
    EXPECT_NE(coloured.find("\x1b[32mup, 12 ms\x1b[0m"), coloured.npos) << coloured;
    auto const plain = std::regex_replace(coloured, std::regex("\x1b\\[[0-9]*m"), "");
    EXPECT_EQ(plain, view_table(view, style(80)));
    // Neither a background nor a colour that is not of the terminal's theme.
    EXPECT_FALSE(std::regex_search(coloured, std::regex("\x1b\\[(4|10|38|48)")));
}

TEST(ViewTable, ShowsThatTheServerIsDown) {
    auto const lines = lines_of(view_table(view_of(down_snapshot()), style(80)));
    EXPECT_TRUE(lines[0].starts_with(" ! Ollama at 127.0.0.1:11434 is down: connection refused  "))
        << lines[0];
    EXPECT_TRUE(lines[0].ends_with(" 16:04:05")) << lines[0];
    EXPECT_TRUE(lines[1].starts_with("─ Requests ─")) << lines[1];
}

TEST(ViewTable, LongSentenceContinuesOnTheNextLine) {
    auto snapshot = down_snapshot();
    snapshot.sources[0].error = "no route to a host with a rather long explanation of the reason";
    auto const lines = lines_of(view_table(view_of(snapshot), style(40)));
    EXPECT_EQ(lines[0], "   ! Ollama at 127.0.0.1:11434 is down:");
    EXPECT_EQ(lines[1], "   no route to a host with a rather long");
    EXPECT_EQ(lines[2], "   explanation of the reason");
    EXPECT_EQ(lines[3], "   16:04:05");
}

TEST(ViewTable, ShowsThatNothingIsLoaded) {
    auto const text = view_table(view_of(idle_snapshot()), style(61));
    EXPECT_EQ(
        lines_of(text),
        (std::vector<std::string>{
            " Ollama   127.0.0.1:11434   up, 8.0 ms   2026-11-20 16:04:05",
            "─ Loaded " + std::string("────────────────────────────────────────────────────"),
            "   Nothing loaded",
            "─ Sources " + std::string("───────────────────────────────────────────────────"),
            "   api 8.0 ms"}));
}

TEST(ViewTable, HostileNamesStayOnTheirLine) {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models[0].name = "a\n\x1b[2J\xe2\x80\xae";
    snapshot.sources[4].error = "b\r\x1b]0;x\x07";
    auto const text = view_table(view_of(snapshot), style(80));
    EXPECT_EQ(text.find('\x1b'), text.npos);
    EXPECT_EQ(text.find('\r'), text.npos);
    EXPECT_NE(text.find("aU+0"), text.npos) << text;
    EXPECT_EQ(
        lines_of(text).size(), lines_of(view_table(view_of(busy_snapshot()), style(80))).size());
}

} // namespace
