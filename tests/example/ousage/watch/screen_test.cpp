#include "example/ousage/watch/screen.hpp"
#include "support/view_snapshots.hpp"
#include <ousage/format/text/text_width.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;

WatchedAccount watched(ollama::Snapshot snapshot, std::string id = "desk") {
    auto account = WatchedAccount{};
    account.id = std::move(id);
    account.has_snapshot = true;
    account.context.server = "127.0.0.1:11434";
    account.context.interval = std::chrono::seconds(30);
    account.charts.hours_from = "log, stored";
    account.charts.days_from = "stored";
    account.charts.hours = {0,  0,  1,  3, 9, 4, 0, 0, 2, 2, 2, 8,
                            38, 20, 10, 1, 1, 1, 1, 1, 0, 0, 0, 4};
    auto entry = TailEntry{};
    entry.time = snapshot.timestamp.at - std::chrono::seconds(5);
    entry.offset = std::chrono::hours(1);
    entry.route = ollama::Route::chat;
    entry.status = 500;
    entry.latency_ns = 1'234'000'000;
    entry.path = "/api/chat";
    account.tail = {entry, entry};
    account.tail[1].status = 200;
    account.snapshot = std::move(snapshot);
    return account;
}

std::vector<std::string> text_of(Screen const& screen) {
    auto lines = std::vector<std::string>{};
    for (auto const& line : screen.lines) {
        lines.push_back(text_of(line));
    }
    return lines;
}

std::string joined(Screen const& screen) {
    auto text = std::string{};
    for (auto line : text_of(screen)) {
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

Screen draw(
    std::vector<WatchedAccount> const& accounts, ScreenSize size, WatchState const& state = {},
    bool is_unicode = true) {
    auto const style = DrawStyle{is_unicode, is_unicode ? ChartCells::braille : ChartCells::ascii};
    return draw_screen(accounts, state, size, style);
}

TEST(Screen, Shows80By24) {
    auto const screen = draw({watched(busy_snapshot())}, {80, 24});
    EXPECT_EQ(
        joined(screen),
        R"( Ollama 0.33.1   127.0.0.1:11434   up, 12 ms   2026-11-20 16:04:05   every 30 s
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
   24 hours  ▁▁▂▂▃▂▁▁▂▂▂▃█▅▃▂▂▂▂▂▁▁▁▂   38 max   log, stored
─ Quota ────────────────────────────────────────────────────────────────── pro ─
   5 h        ██████▎               31 %  resets in 2 h 10 min
 ! week       ██████████████████▎   91 %  resets in 3 d
   month      ███████████████▎      76 %
   included   ███▎                  16 %  $3.20 of $20.00
   purchased                              $25.00 left
 q quit  ? help  t window  s sort  l log  r refresh  p pause            13 more
)");
}

TEST(Screen, Shows40By12) {
    auto const text = joined(draw({watched(busy_snapshot())}, {40, 12}));
    for (auto const* const line :
         {" Ollama 0.33.1   up, 12 ms     16:04:05\n", "\n   llama3.2:3b  100 % GPU   in 4 min\n",
          "\n ! qwen3:32b     68 % GPU  in 27 min\n", " tok/s   17.9 of 24.0 GiB\n",
          "\n   today  184 req   1 4xx   0 5xx\n          p50 1.2 s   p95 8.4 s\n",
          "\n   5 h        31 %       2 h 10 min\n", "\n ! week       91 %              3 d\n",
          "\n q quit  ? help                  2 more\n"}) {
        EXPECT_NE(text.find(line), text.npos) << line << text;
    }
}

std::vector<WatchedAccount> three_accounts() {
    return {
        watched(busy_snapshot()), watched(down_snapshot(), "garage"),
        watched(idle_snapshot(), "nas")};
}

TEST(Screen, FillsEverySizeExactly) {
    auto const one = std::vector{watched(busy_snapshot())};
    auto unread = WatchedAccount{};
    unread.id = "unread";
    auto several = three_accounts();
    several.push_back(unread);
    auto help = WatchState{};
    help.help = true;
    auto log = WatchState{};
    log.log = true;
    log.scroll = 1000;
    log.account = 99;
    for (auto const columns : {1u, 20u, 39u, 40u, 59u, 60u, 80u, 119u, 120u, 139u, 140u, 200u}) {
        for (auto const rows : {1u, 2u, 11u, 12u, 19u, 20u, 24u, 50u}) {
            for (auto const& state : {WatchState{}, help, log}) {
                for (auto const is_unicode : {true, false}) {
                    for (auto const& accounts : {one, several}) {
                        auto const screen = draw(accounts, {columns, rows}, state, is_unicode);
                        ASSERT_EQ(screen.lines.size(), rows) << columns;
                        for (auto const& line : screen.lines) {
                            ASSERT_EQ(width_of(line), columns) << rows << text_of(line);
                        }
                    }
                }
            }
        }
    }
}

TEST(Screen, IsAsciiWithoutUnicode) {
    for (auto const columns : {20u, 40u, 80u, 120u, 200u}) {
        auto const text = joined(draw(three_accounts(), {columns, 24}, {}, false));
        EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](unsigned char character) {
            return character < 0x80;
        })) << text;
    }
}

TEST(Screen, RequestsOfEarlierDaysHaveTheirDate) {
    auto account = watched(busy_snapshot());
    account.tail[1].time -= std::chrono::hours(24);
    auto state = WatchState{};
    state.log = true;
    auto const text = joined(draw({account}, {80, 24}, state));
    EXPECT_NE(text.find("\n !    16:04:00  chat  500"), text.npos) << text;
    EXPECT_NE(text.find("\n   11-19 16:04  chat  200"), text.npos) << text;
}

TEST(Screen, HelpExplainsTheMarks) {
    auto state = WatchState{};
    state.help = true;
    auto const text = joined(draw({watched(busy_snapshot())}, {80, 24}, state));
    EXPECT_NE(text.find("! needs attention   ~ estimate   ? age of a stale"), text.npos) << text;
    EXPECT_NE(text.find("log, stored: "), text.npos) << text;
}

TEST(Screen, ShowsOnceThatTheHistoryIsNotStored) {
    auto accounts = three_accounts();
    for (auto& account : accounts) {
        account.history_failure = "/home/me/.local/state/ousage/history.db: \x1b[31mno space";
    }
    for (auto const columns : {40u, 80u, 200u}) {
        auto const text = joined(draw(accounts, {columns, 24}));
        auto const begin = text.find("\n ! history: /home/");
        ASSERT_NE(begin, text.npos) << text;
        EXPECT_EQ(text.find("history: /home/", begin + 5), text.npos) << text;
        EXPECT_NE(text.find("[31mno space\n"), text.npos) << text;
    }
}

TEST(Screen, SmallestIsTheStatusLine) {
    auto const text = joined(draw({watched(busy_snapshot())}, {60, 3}));
    EXPECT_TRUE(text.starts_with("! llama3.2:3b +1  12.8 GiB")) << text;
    EXPECT_TRUE(text.ends_with("\n\n\n")) << text;
}

TEST(Screen, WideHasChartsAndLog) {
    auto const text = joined(draw({watched(busy_snapshot())}, {120, 40}));
    for (auto const* const part :
         {"─ Loaded ─", "requests by hour", "38 max", "requests by day", "─ Log ─",
          "! 16:04:00  chat  500  1.2 s"}) {
        EXPECT_NE(text.find(part), text.npos) << part << text;
    }
    EXPECT_EQ(text.find("/api"), text.npos) << text;
    EXPECT_EQ(joined(draw({watched(busy_snapshot())}, {119, 40})).find("─ Log ─"), text.npos);
    auto const wider = joined(draw({watched(busy_snapshot())}, {130, 40}));
    EXPECT_NE(wider.find("500  1.2 s  /api/chat"), text.npos) << wider;
}

TEST(Screen, ChartsLeaveRoomForTheLog) {
    auto snapshot = busy_snapshot();
    auto& series = snapshot.daily_series;
    series.clear();
    for (auto const* const name : {"requests", "output_tokens", "input_tokens", "messages"}) {
        series[name] = {{"2026-11-18", 5}, {"2026-11-19", 7}, {"2026-11-20", 1}};
    }
    series["output_tokens"][0].value = 0;
    series["output_tokens"][1].value = 0; // one day is no series
    auto const account = watched(snapshot);
    auto const high = joined(draw({account}, {120, 40}));
    for (auto const* const part :
         {"─ requests by day", "─ input tokens by day", "─ app messages by day", "─ Log ─"}) {
        EXPECT_NE(high.find(part), high.npos) << part << high;
    }
    EXPECT_EQ(high.find("output tokens by day"), high.npos) << high;
    auto const low = joined(draw({account}, {120, 24}));
    EXPECT_EQ(low.find("app messages by day"), low.npos) << low;
    EXPECT_NE(low.find("─ Log ─"), low.npos) << low;
}

TEST(Screen, TabsSelectAccountsByClick) {
    auto const accounts = three_accounts();
    auto const screen = draw(accounts, {80, 24});
    EXPECT_TRUE(text_of(screen.lines[0]).starts_with(" ! desk  × garage  ● nas"));
    EXPECT_EQ(screen.account_at(0, 1), 0u);
    EXPECT_EQ(screen.account_at(0, 9), 1u);
    EXPECT_EQ(screen.account_at(0, 19), 2u);
    EXPECT_EQ(screen.account_at(0, 60), Input::no_account);
    EXPECT_EQ(screen.account_at(5, 1), Input::no_account);
    EXPECT_TRUE(draw({accounts[0]}, {80, 24}).areas.empty());
}

TEST(Screen, SelectedTabIsVisibleAmongMany) {
    auto accounts = std::vector<WatchedAccount>{};
    for (int index = 0; index < 60; ++index) {
        accounts.push_back(watched(idle_snapshot(), "server-" + std::to_string(index)));
    }
    auto state = WatchState{};
    state.account = 57;
    auto const line = text_of(draw(accounts, {80, 24}, state).lines[0]);
    EXPECT_NE(line.find("server-57"), line.npos) << line;
}

TEST(Screen, CardsAreBesideEachOther) {
    auto const screen = draw(three_accounts(), {160, 30});
    auto const text = joined(screen);
    EXPECT_NE(text.find("Ollama 0.33.1"), text.npos) << text;
    EXPECT_NE(text.find("is down: connection refused"), text.npos) << text;
    EXPECT_EQ(screen.account_at(10, 10), 0u);
    EXPECT_EQ(screen.account_at(10, 100), 1u);
    auto state = WatchState{};
    state.account = 2;
    auto const next = joined(draw(three_accounts(), {160, 30}, state));
    EXPECT_NE(next.find("Nothing loaded"), next.npos) << next;
}

TEST(Screen, ScrollsToTheLastLine) {
    auto state = WatchState{};
    auto const screen = draw({watched(busy_snapshot())}, {80, 24});
    EXPECT_GT(screen.max_scroll, 0u);
    EXPECT_EQ(screen.page, 22u);
    state.scroll = screen.max_scroll;
    auto const text = joined(draw({watched(busy_snapshot())}, {80, 24}, state));
    EXPECT_NE(text.find("gpt-oss:120b-cloud"), text.npos) << text;
    EXPECT_EQ(text.find(" more"), text.npos) << text;
}

TEST(Screen, ShowsTheChosenWindowAndOrder) {
    auto state = WatchState{};
    state.window = WindowChoice::five_hours;
    state.sorting = Sorting::size;
    auto const text = joined(draw({watched(busy_snapshot())}, {80, 24}, state));
    EXPECT_NE(text.find("\n   5 h    "), text.npos) << text;
    EXPECT_EQ(text.find("\n   7 d "), text.npos) << text;
    EXPECT_NE(text.find("by size, VRAM"), text.npos) << text;
    EXPECT_LT(text.find("qwen3:32b"), text.find("llama3.2:3b"));
}

TEST(Screen, PausedReplacesTheInterval) {
    auto state = WatchState{};
    state.paused = true;
    auto const line = text_of(draw({watched(busy_snapshot())}, {80, 24}, state).lines[0]);
    EXPECT_TRUE(line.ends_with("   paused ")) << line;
}

TEST(Screen, HostileNamesAreVisible) {
    auto snapshot = busy_snapshot();
    snapshot.loaded_models[0].name = "a\x1b[2Jb";
    auto account = watched(snapshot, "x\x1b]0;y");
    account.tail[0].path = "/\x07";
    auto state = WatchState{};
    for (auto const is_log : {true, false}) {
        state.log = is_log;
        auto const text = joined(draw({account, account}, {80, 24}, state));
        EXPECT_EQ(text.find('\x1b'), text.npos);
        EXPECT_EQ(text.find('\x07'), text.npos);
    }
}

} // namespace
