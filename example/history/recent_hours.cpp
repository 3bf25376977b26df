#include "example/history/recent_hours.hpp"

#include "example/history/stored_hours.hpp"
#include <ousage/core/offload.hpp>
#include <ousage/format/view/history_view.hpp>

#include <utility>

namespace ousage::program {

namespace {

constexpr std::chrono::minutes period{10};

// A day may have 25 hours, and begins anywhere within one of UTC.
constexpr std::int64_t kept = HistoryView::shown_days * std::int64_t{24} + 2;

std::optional<RecentHours::Answer> read_hours(
    std::shared_ptr<RecentHours> const& recent, std::shared_ptr<HistoryRecorder> const& recorder,
    bool log_is_whole) {
    return recent->read(recorder->log_hours()->sums(), log_is_whole);
}

} // namespace

RecentHours::RecentHours(std::filesystem::path database, ollama::Account const& account, Now now)
    : store_(std::move(database)),
      account_(account.id),
      url_(history_url(account)),
      now_(std::move(now)) {}

std::optional<RecentHours::Answer>
RecentHours::read(ollama::LogHourSums const& log, bool log_is_whole) {
    auto const lock = std::unique_lock(mutex_, std::try_to_lock);
    if (!lock) {
        return std::nullopt;
    }
    auto const now = now_();
    auto const number = ollama::hour_number(now);
    auto const first = number - kept;
    auto const covers_all =
        log_is_whole && log.caught_up && log.first_complete && *log.first_complete <= first;
    auto answer = Answer{};
    if (!covers_all) {
        answer.failure = read_stored(now, first);
    }
    answer.hours = combine_hours(log, log_is_whole, stored_, number);
    answer.hours.erase(answer.hours.begin(), answer.hours.lower_bound(first));
    return answer;
}

// Keeps what was read before if that fails.
std::optional<Failure> RecentHours::read_stored(std::chrono::sys_seconds now, std::int64_t first) {
    auto const is_early = read_ && now >= *read_ && now < *read_ + period &&
                          ollama::hour_number(now) == ollama::hour_number(*read_);
    if (is_early) {
        return std::nullopt;
    }
    auto stored = store_.read(account_, url_, first, ollama::hour_number(now));
    read_ = now;
    if (stored) {
        stored_ = std::move(*stored);
        failure_.clear();
        return std::nullopt;
    }
    auto const is_known = std::exchange(failure_, stored.failure().text) == stored.failure().text;
    return is_known ? std::nullopt : std::optional(stored.failure());
}

asio::awaitable<std::optional<RecentHours::Answer>> read_recent_hours(
    std::shared_ptr<RecentHours> recent, std::shared_ptr<HistoryRecorder> recorder,
    bool log_is_whole) {
    auto answer = co_await offload(&read_hours, recent, recorder, log_is_whole);
    co_return answer;
}

} // namespace ousage::program
