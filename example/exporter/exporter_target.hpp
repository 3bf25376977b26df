#pragma once

#include <ousage/core/source.hpp>
#include <ousage/format/prometheus/activity.hpp>
#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <asio/awaitable.hpp>

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

/// One observed server over all polls of this process. Used on one thread.
class Target {
public:
    /// Nothing is asked before the first poll.
    Target(ollama::Account const& account, ollama::Configuration const& configuration);

    Target(Target const&) = delete;
    Target& operator=(Target const&) = delete;

    /// Asks every source once, in `limit` at the most.
    asio::awaitable<void> poll(std::chrono::nanoseconds limit);

    /// How often it was polled to the end.
    std::uint64_t polls() const noexcept { return polls_; }

    /// The last snapshot; an empty one before the first poll.
    ollama::Snapshot const& snapshot() const noexcept { return snapshot_; }

    /// How long ago the last poll ended.
    std::chrono::duration<double> age() const { return std::chrono::steady_clock::now() - polled_; }

    /// The exposition of what is known now; `process` may be null.
    std::string exposition(ExpositionFormat format, io::ProcessFacts const* process) const;

    /// The account's name, and the URL of its server for people; empty where there is none.
    std::string const& id() const noexcept { return account_.id; }

    std::string url() const { return account_.base_url ? to_string(*account_.base_url) : ""; }

private:
    ollama::Account account_;
    Now now_;
    std::shared_ptr<ollama::LocalApiMemory> server_;
    std::shared_ptr<ollama::LogTally> tally_;
    std::shared_ptr<ollama::Activity> activity_;
    std::optional<Source<ollama::Snapshot>> source_;
    ollama::Snapshot snapshot_;
    std::chrono::steady_clock::time_point polled_ = std::chrono::steady_clock::now();
    std::uint64_t polls_ = 0;
};

/// Every target: those of the configuration, and those that a pattern allows, of which the last
/// thousand are remembered.
class Targets {
public:
    /// Patterns are URLs in which `*` stands for any part of a name or number.
    Targets(ollama::Configuration configuration, std::vector<std::string> allowed);

    /// The server that /metrics tells of: the first of the configuration.
    std::shared_ptr<Target> own() const { return configured_.front(); }

    /// Those of the configuration.
    std::vector<std::shared_ptr<Target>> const& configured() const noexcept { return configured_; }

    /// A target by its name or URL; null where that is not allowed.
    std::shared_ptr<Target> find(std::string const& name);

private:
    static constexpr std::size_t remembered = 1024;

    bool is_allowed(std::string const& url) const;

    ollama::Configuration configuration_;
    std::vector<std::string> allowed_;
    std::vector<std::shared_ptr<Target>> configured_;
    std::map<std::string, std::shared_ptr<Target>, std::less<>> by_name_;
    std::list<std::pair<std::string, std::shared_ptr<Target>>> others_; // the latest first
};

} // namespace ousage::program
