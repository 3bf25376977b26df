#pragma once

#include "example/exporter/http/rate_limiter.hpp"
#include "example/history/history_days.hpp"
#include "example/history/history_recorder.hpp"
#include "example/history/recent_hours.hpp"
#include <ousage/core/calendar.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/core/source.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/exporter_facts.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/prometheus/observation.hpp>
#include <ousage/format/view.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::program {

/// One observed server, for the lifetime of the process, owned by a `shared_ptr`. Used on one
/// thread.
class Target : public std::enable_shared_from_this<Target> {
public:
    /// Sends no request before the first poll. If `earlier` is not null, continues its counters and
    /// shows its values until then: see `can_continue`.
    Target(
        ollama::Account const& account, ollama::Configuration const& configuration,
        Target const* earlier = nullptr);

    Target(Target const&) = delete;
    Target& operator=(Target const&) = delete;

    /// Polls every source once. If a poll is in progress, waits for its end instead. `limit` bounds
    /// only the wait of this caller: the poll continues while another caller waits for it, and two
    /// minutes at most. Returns false if the wait ends first. If it is the last one, the poll ends
    /// with the values that are available so far, which `probe_exposition` returns. A cancellation
    /// ends the wait.
    asio::awaitable<bool> poll(std::chrono::nanoseconds limit);

    /// Polls as `poll` does, without a limit of its own. After the first call, polls that were
    /// ended early no longer change `snapshot` and the counters.
    asio::awaitable<bool> poll_regularly();

    /// Returns the number of completed polls.
    std::uint64_t polls() const noexcept { return history_.polls; }

    /// Returns the last snapshot; empty before the first poll.
    ollama::Snapshot const& snapshot() const noexcept { return history_.snapshot; }

    /// Returns true if a poll is in progress.
    bool is_polling() const noexcept { return run_ != nullptr; }

    /// Returns the view of the last snapshot, without the identity of the account and the device.
    /// `interval` is the time between two polls. Derived once after each poll.
    /// The last days are those of the log and of the stored history.
    View const& view(std::chrono::seconds interval, bool show_account);

    /// Returns where the last days in the view come from, as of the last call of `view`.
    HistoryDays const& days() const noexcept { return days_; }

    /// Returns the time since the last poll ended.
    std::chrono::duration<double> age() const {
        return std::chrono::steady_clock::now() - history_.polled;
    }

    /// Returns the exposition of the current values. The facts about this process may be null; then
    /// it contains no counters of events that have not occurred.
    std::string exposition(
        ExpositionFormat format, io::ProcessFacts const* process,
        ExporterFacts const* exporter = nullptr) const;

    /// Returns the exposition of the values of the last poll, also of one that was ended early. It
    /// contains no facts about this process.
    std::string probe_exposition(ExpositionFormat format) const;

    /// The account's name, and the URL of its server; the URL is empty if there is none.
    std::string const& id() const noexcept { return account_.id; }

    /// Returns the account that the target observes.
    ollama::Account const& account() const noexcept { return account_; }

    /// Returns whether a target of that account may continue the counters of this one: the account
    /// has the same name, server and log.
    bool can_continue(ollama::Account const& account) const;

    std::string url() const { return account_.base_url ? to_string(*account_.base_url) : ""; }

private:
    class PollEnd;
    struct Run;

    std::shared_ptr<Run> start_poll(asio::any_io_executor const& executor);
    static asio::awaitable<void> run_poll(std::shared_ptr<Target> target, std::shared_ptr<Run> run);
    static asio::awaitable<void> read_history(std::shared_ptr<Target> target, bool log_is_whole);
    void end_poll();
    bool keep(Outcome<ollama::Snapshot> outcome, bool is_complete); // returns whether it was kept
    void log_changes(ollama::Snapshot const& next);
    Observation observation() const;

    // What the target of a changed account continues.
    struct History {
        std::shared_ptr<ollama::LogTally> tally;
        std::shared_ptr<ollama::Activity> activity;
        std::shared_ptr<HistoryRecorder> recorder{}; // null if no history is stored
        std::shared_ptr<RecentHours> recent{};       // null if the recorder is
        HistoryHours hours{};                        // of the last four weeks
        ollama::Snapshot snapshot{};
        std::chrono::steady_clock::time_point polled = std::chrono::steady_clock::now();
        std::uint64_t polls = 0;
        std::map<std::string, State> logged{}; // the states of the sources as of their last events
        http::RateLimiter events{std::chrono::minutes(1), 20};
        bool is_polled_regularly = false;
        std::optional<Timestamp>
            down_since{}; // the first snapshot without a response of the server
    };

    static History new_history();

    ollama::Account account_;
    Now now_;
    Calendar calendar_;
    History history_;
    std::optional<Source<ollama::Snapshot>> source_;
    std::optional<ollama::Snapshot> early_; // of the last poll, if it was ended early and not kept
    std::optional<std::pair<std::uint64_t, View>> view_; // with the number of polls before it
    HistoryDays days_;                                   // in the view
    std::shared_ptr<Run> run_;                           // the poll in progress
};

/// What a reload changed, in numbers of accounts.
struct ReloadedTargets {
    std::size_t added = 0;   ///< new, or with another server or log
    std::size_t removed = 0; ///< in the file no more, or with another server or log
    std::size_t kept = 0;    ///< the others, with their counters
};

/// All targets: those of the configuration, and up to 1,024 others allowed by a pattern, of which
/// the least recently used are removed.
class Targets {
public:
    /// `allowed` contains URL patterns, see `matches_pattern`.
    Targets(ollama::Configuration configuration, std::vector<std::string> allowed);

    /// Replaces the accounts by those of another configuration, which contains at least one. An
    /// account that is equal keeps its target. One that differs, but has the same server and log,
    /// has a new target with the same counters. Polls in progress end on their own.
    ReloadedTargets reload(ollama::Configuration configuration);

    /// Returns the target of /metrics: the first of the configuration.
    std::shared_ptr<Target> own() const { return configured_.front(); }

    /// Returns the targets of the configuration.
    std::vector<std::shared_ptr<Target>> const& configured() const noexcept { return configured_; }

    /// Returns a target by name or URL; null if it is not allowed.
    std::shared_ptr<Target> find(std::string const& name);

private:
    static constexpr std::size_t remembered = 1024;

    bool is_allowed(std::string const& url) const;

    ollama::Configuration configuration_;
    std::vector<std::string> allowed_;
    std::vector<std::shared_ptr<Target>> configured_;
    std::map<std::string, std::shared_ptr<Target>, std::less<>> by_name_;
    std::list<std::pair<std::string, std::shared_ptr<Target>>> others_; // most recently used first
};

} // namespace ousage::program
