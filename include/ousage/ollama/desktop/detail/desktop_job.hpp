#pragma once

#include <ousage/config.hpp>
#include <ousage/core/attempt.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/sqlite/read_database.hpp>
#include <ousage/ollama/desktop/detail/desktop_settings.hpp>
#include <ousage/ollama/desktop/detail/desktop_tables.hpp>
#include <ousage/ollama/desktop/detail/desktop_view.hpp>
#include <ousage/ollama/desktop/detail/message_query.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The result of a reading and the state of the files it was read from. Immutable after it is
// published.
struct DesktopCache {
    io::DatabaseFiles files;
    DesktopFacts facts;
    std::vector<Failure> failures;
    DailySeries series; // series that end at the day of the reading

    // Returns true if reading the files `current` at `now` would give the same result.
    bool is_valid(io::DatabaseFiles const& current, std::chrono::sys_seconds now) const {
        return files.is_settled() && files.same_as(current) && now >= facts.now &&
               !(facts.next_due && *facts.next_due <= now);
    }

    Outcome<DesktopDb> outcome_at(std::chrono::sys_seconds now) const {
        auto outcome = Outcome<DesktopDb>{};
        outcome.value = facts.plain;
        outcome.failures = failures;
        fill_windows(facts, now, outcome.value);
        if (facts.calendar.date(now) == facts.calendar.date(facts.now)) {
            outcome.value.daily_series = series;
        } else {
            fill_series(facts, now, outcome.value);
        }
        return outcome;
    }
};

// A value shared by threads, protected by a mutex.
template <class T>
class SharedValue {
public:
    T get() {
        auto const lock = std::lock_guard(mutex_);
        return value_;
    }

    void set(T value) {
        auto const lock = std::lock_guard(mutex_);
        value_ = std::move(value);
    }

private:
    std::mutex mutex_;
    T value_{};
};

// The parameters of a reading, owned by the thread that runs it. `draft` contains the parts read so
// far, for a coroutine that is cancelled before the end.
struct DesktopJob {
    std::filesystem::path path;
    Calendar calendar;
    std::chrono::sys_seconds now;
    std::shared_ptr<SharedValue<std::shared_ptr<DesktopCache const>>> cache;
    std::shared_ptr<SharedValue<Outcome<DesktopDb>>> draft;

    Outcome<DesktopDb> operator()(std::stop_token const& stop) const {
        auto const cached = cache->get();
        if (cached && cached->is_valid(io::examine_database(path), now)) {
            return cached->outcome_at(now);
        }
        auto fresh = std::shared_ptr<DesktopCache>();
        bool broken = false;
        auto const read = io::read_database(path, stop, [&](io::Database& database, auto holds) {
            auto reading = DesktopReading(database, DesktopFacts(now, calendar));
            read_all(reading, stop, holds);
            broken = reading.broken;
            fresh = finish(reading);
        });
        if (read.failure) {
            return failed(*read.failure);
        }
        fresh->files = read.files;
        if (!broken) {
            cache->set(fresh);
        }
        return fresh->outcome_at(now);
    }

    template <class Holds>
    void read_all(DesktopReading& reading, std::stop_token const& stop, Holds const& holds) const {
        for (auto* const part :
             {&read_settings, &read_account, &read_chats, &read_tool_calls, &read_attachments,
              &read_messages}) {
            part(reading);
            if (stop.stop_requested() || !holds()) {
                return;
            }
            auto partial = Outcome<DesktopDb>{};
            partial.value = reading.facts.plain;
            partial.failures = reading.failures;
            fill_windows(reading.facts, now, partial.value);
            fill_series(reading.facts, now, partial.value);
            draft->set(std::move(partial));
        }
    }

    std::shared_ptr<DesktopCache> finish(DesktopReading& reading) const {
        auto fresh = std::make_shared<DesktopCache>(
            io::DatabaseFiles{}, std::move(reading.facts), std::move(reading.failures),
            DailySeries{});
        auto values = DesktopDb{};
        fill_series(fresh->facts, now, values);
        fresh->series = std::move(values.daily_series);
        return fresh;
    }

    Outcome<DesktopDb> failed(Failure const& failure) const {
        auto outcome = Outcome<DesktopDb>{};
        if (failure.code == std::errc::no_such_file_or_directory) {
            outcome.absent("no " + path.string());
        } else {
            outcome.fail({}, failure);
            auto& text = outcome.failures.back().text;
            text = path.string() + ": " + (text.empty() ? failure.code.message() : text);
        }
        return outcome;
    }
};

using SharedDesktopJob = std::shared_ptr<DesktopJob const>;

inline asio::awaitable<void> read_desktop_db(SharedDesktopJob job, Outcome<DesktopDb>& into) {
    auto read = [job = std::move(job)](std::stop_token const& stop) { return (*job)(stop); };
    into = co_await offload(read);
}

// The value type of an outcome that contains only failures.
struct NoValue {};

// If a deadline interrupts the reading, the parts read so far are returned.
inline asio::awaitable<void> collect_desktop_db(SharedDesktopJob job, Outcome<DesktopDb>& into) {
    auto interruption = Outcome<NoValue>{};
    auto work = read_desktop_db(job, into);
    co_await attempt(std::string(), std::move(work), interruption);
    if (!interruption.failures.empty()) {
        into = job->draft->get();
        into.failures.push_back(std::move(interruption.failures.front()));
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
