#include <ousage/ollama/assembly/detail/joined_progress.hpp>

#include <gtest/gtest.h>

#include <chrono>

namespace {

using namespace ousage::ollama;
using ousage::ollama::detail::JoinedProgress;

LogProgress progress_of(std::uint64_t lines, std::uint64_t rotations = 0) {
    auto progress = LogProgress{};
    progress.counts.lines = progress.counts.entries = lines;
    progress.bytes = progress.counts.bytes = 10 * lines;
    progress.rotations = rotations;
    progress.engine.lines = progress.engine.started_tasks = lines;
    progress.engine.last_line = std::chrono::sys_seconds(std::chrono::seconds(lines));
    progress.engine.open_tasks = progress.engine.newest_open_task = lines > 0 ? 1u : 0u;
    progress.caught_up = true;
    return progress;
}

TEST(JoinedProgress, CountersDoNotFallIfAFileReplacesTheJournal) {
    auto last = LogProgress{};
    auto progress = JoinedProgress([&](LogProgress const& joined) { last = joined; });
    progress.files_polled(progress_of(0));
    progress.journal_polled(progress_of(100));
    EXPECT_EQ(last.counts.lines, 100u);
    progress.files_polled(progress_of(0));
    EXPECT_EQ(last.counts.lines, 100u);
    progress.files_polled(progress_of(7, 1));
    EXPECT_EQ(last.counts.lines, 107u);
    EXPECT_EQ(last.counts.entries, 107u);
    EXPECT_EQ(last.bytes, 1070u);
    EXPECT_EQ(last.rotations, 1u);
    EXPECT_EQ(last.engine.lines, 107u);
    EXPECT_EQ(last.engine.started_tasks, 107u);
    EXPECT_EQ(last.engine.open_tasks, 1u);
    EXPECT_EQ(last.engine.newest_open_task, 101u);
    EXPECT_EQ(last.engine.last_line, std::chrono::sys_seconds(std::chrono::seconds(100)));
    EXPECT_TRUE(last.caught_up);
}

} // namespace
