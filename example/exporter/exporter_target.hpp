#pragma once

#include <ousage/core/source.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/exporter_facts.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/format/view.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::program {

/// One observed server, for the lifetime of the process. Used on one thread.
class Target {
public:
    /// Sends no request before the first poll.
    Target(ollama::Account const& account, ollama::Configuration const& configuration);

    Target(Target const&) = delete;
    Target& operator=(Target const&) = delete;

    /// Polls every source once, within `limit`. If a poll is in progress, waits for its end
    /// instead, also within `limit`. Returns false if that poll did not end in time. On
    /// cancellation, the values that are available so far are kept, or the wait ends. The target
    /// must outlive the coroutine.
    asio::awaitable<bool> poll(std::chrono::nanoseconds limit);

    /// Returns the number of completed polls.
    std::uint64_t polls() const noexcept { return polls_; }

    /// Returns the last snapshot; empty before the first poll.
    ollama::Snapshot const& snapshot() const noexcept { return snapshot_; }

    /// Returns true if a poll is in progress.
    bool is_polling() const noexcept { return is_polling_; }

    /// Returns the view of the last snapshot, without the identity of the account and the device.
    /// `interval` is the time between two polls. Derived once after each poll.
    View const& view(std::chrono::seconds interval, bool show_account);

    /// Returns the time since the last poll ended, or since the target exists.
    std::chrono::duration<double> age() const { return std::chrono::steady_clock::now() - polled_; }

    /// Returns the exposition of the current values. The facts about this process may be null; then
    /// it contains no counters of events that have not occurred.
    std::string exposition(
        ExpositionFormat format, io::ProcessFacts const* process,
        ExporterFacts const* exporter = nullptr) const;

    /// The account's name, and the URL of its server; the URL is empty if there is none.
    std::string const& id() const noexcept { return account_.id; }

    /// Returns the account that the target observes.
    ollama::Account const& account() const noexcept { return account_; }

    std::string url() const { return account_.base_url ? to_string(*account_.base_url) : ""; }

private:
    class PollEnd;

    asio::awaitable<bool> join_poll(std::chrono::nanoseconds limit);
    void end_poll();
    void remember_down();
    void log_changes(ollama::Snapshot const& next) const;

    ollama::Account account_;
    Now now_;
    std::shared_ptr<ollama::LogTally> tally_;
    std::shared_ptr<ollama::Activity> activity_;
    std::optional<Source<ollama::Snapshot>> source_;
    ollama::Snapshot snapshot_;
    std::optional<Timestamp> down_since_; // the first snapshot without a response of the server
    std::optional<std::pair<std::uint64_t, View>> view_; // with the number of polls before it
    std::chrono::steady_clock::time_point polled_ = std::chrono::steady_clock::now();
    std::uint64_t polls_ = 0;
    bool is_polling_ = false;
    std::list<asio::steady_timer*> joined_; // of the coroutines that wait for the poll in progress
};

/// What a reload changed, in numbers of accounts.
struct ReloadedTargets {
    std::size_t added = 0;   ///< new or changed
    std::size_t removed = 0; ///< in the file no more, or changed
    std::size_t kept = 0;    ///< unchanged, with their counters
};

/// All targets: those of the configuration, and up to 1,024 others allowed by a pattern, of which
/// the least recently used are removed.
class Targets {
public:
    /// `allowed` contains URL patterns, see `matches_pattern`.
    Targets(ollama::Configuration configuration, std::vector<std::string> allowed);

    /// Replaces the accounts by those of another configuration, which contains at least one. An
    /// account that is equal keeps its target with all counters. Polls in progress end on their
    /// own.
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
