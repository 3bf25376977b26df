// Reads any bytes as a desktop database. The result is consistent values or failures, and the same
// each time.
#include <ousage/core/equal.hpp>
#include <ousage/ollama/desktop/detail/desktop_job.hpp>

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using ousage::ollama::detail::DesktopCache;
using ousage::ollama::detail::DesktopFacts;
using ousage::ollama::detail::DesktopJob;
using ousage::ollama::detail::DesktopReading;
using ousage::ollama::detail::SharedValue;

constexpr auto now = std::chrono::sys_seconds(std::chrono::seconds(1795186800));

Outcome<DesktopDb> read(std::filesystem::path const& path) {
    auto const job = DesktopJob{
        path, Calendar::utc(), now,
        std::make_shared<SharedValue<std::shared_ptr<DesktopCache const>>>(),
        std::make_shared<SharedValue<Outcome<DesktopDb>>>()};
    auto database = io::Database::open(path, io::OpenMode::closed, {});
    if (!database) {
        return job.failed(database.failure());
    }
    auto reading = DesktopReading(*database, DesktopFacts(now, Calendar::utc()));
    job.read_all(reading, {}, [] { return true; });
    return job.finish(reading)->outcome_at(now);
}

bool at_most(std::optional<std::uint64_t> const& part, std::optional<std::uint64_t> const& whole) {
    return !part || !whole || *part <= *whole;
}

bool holds_together(DesktopDb const& value) {
    auto const& totals = value.desktop;
    auto const& week = value.desktop_activity.seven_days;
    auto const& day = value.desktop_activity.one_day;
    return at_most(totals.total_user_messages, totals.total_messages) &&
           at_most(totals.total_assistant_messages, totals.total_messages) &&
           at_most(totals.thinking_requests, totals.total_assistant_messages) &&
           at_most(week.sessions, totals.total_conversations) &&
           at_most(week.messages, totals.total_messages) &&
           at_most(week.user_messages, week.messages) &&
           at_most(week.tool_calls, totals.total_tool_calls) &&
           at_most(week.attachments, totals.total_attachments) &&
           at_most(day.messages, week.messages) && at_most(day.tokens, week.tokens) &&
           at_most(value.desktop_activity.five_hours.tokens, day.tokens);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const path =
        std::filesystem::temp_directory_path() / ("ousage-fuzz-" + std::to_string(::getpid()));
    auto* const file = std::fopen(path.c_str(), "wb");
    // For an empty input, `data` may be null.
    if (file == nullptr || (size > 0 && std::fwrite(data, 1, size, file) != size) ||
        std::fclose(file) != 0) {
        return 0;
    }
    auto const first = read(path);
    auto const second = read(path);
    if (!holds_together(first.value) || !equal(first.value, second.value)) {
        __builtin_trap();
    }
    std::filesystem::remove(path);
    return 0;
}
