#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/core/timestamp.hpp>
#include <ousage/format/prometheus/detail/open_tasks.hpp>
#include <ousage/format/prometheus/duration_histogram.hpp>
#include <ousage/format/prometheus/log_tally.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// How often a model was loaded into memory and unloaded, as observed by polls.
struct ModelTraffic {
    std::uint64_t loads = 0;   ///< polls at which it was in memory, but not at the previous poll
    std::uint64_t unloads = 0; ///< polls at which it was not in memory, but was at the previous one
};

/// The activity of a server over all polls of this process, which a single snapshot does not
/// contain. Its counters never decrease. Not thread-safe.
class Activity {
public:
    /// An activity that began at `start`, in seconds since 1970.
    explicit Activity(double start) : start_(start) {}

    /// Records the outcome of a poll. `log` contains the request totals of the log at that time.
    void observe(Outcome<Snapshot> const& outcome, RequestTotals log, std::chrono::sys_seconds now);

    /// Records the response time of a request to the server.
    void record_response(std::string_view path, std::chrono::nanoseconds elapsed);

    /// Records whether the cloud responded to a round of requests.
    void record_cloud(bool has_responded) { cloud_up_ = has_responded; }

    /// Whether the cloud responded to the last round of requests; empty if there was none.
    std::optional<bool> cloud_up() const noexcept { return cloud_up_; }

    /// When the activity began, in seconds since 1970.
    double start() const noexcept { return start_; }

    /// The request totals of the log at the last poll.
    RequestTotals const& log() const noexcept { return log_; }

    /// True if a log with at least one line was read.
    bool has_log() const noexcept { return has_log_; }

    /// The number of inference requests. It is exact while the log has shown an access line and is
    /// growing. Otherwise it is a lower bound, the number of times that the `expires_at` of a
    /// loaded model moved other than with the clock.
    std::uint64_t inference() const noexcept { return log_.inference + moved_; }

    /// When the last inference ended or was observed, which includes requests that an engine was
    /// answering at a poll, and tasks that were open in the log; empty if there was none.
    std::optional<std::chrono::sys_seconds> last_inference() const;

    /// True if an engine is answering a request, for at most ten minutes without a poll at which
    /// none was, or if the log shows a task of an engine that was started and not released, until
    /// ten minutes without a line of the engine. If neither is observed: if an inference ended
    /// since the previous poll, or runs past the `expires_at` of its model.
    bool is_active() const noexcept { return is_active_; }

    /// True if a model is installed or in memory, or if the installed models were never listed.
    bool is_present(std::string const& model) const;

    /// Loads and unloads by model, for models that are installed or in memory.
    std::map<std::string, ModelTraffic> traffic() const;

    /// Response times of requests by path.
    std::map<std::string, DurationHistogram, std::less<>> const& response_times() const noexcept {
        return response_times_;
    }

    /// The number of failures by path and stage.
    std::map<std::pair<std::string, std::string>, std::uint64_t> const& errors() const noexcept {
        return errors_;
    }

private:
    using Loaded = std::map<std::string, std::optional<Timestamp>>;

    // The value of `idle_polls_` from which a log does not count the requests.
    static constexpr unsigned idle_limit = 2;

    // Limits memory: a hostile server may return new model names in every response.
    static constexpr std::size_t traffic_limit = 10'000;

    void count_errors(Outcome<Snapshot> const& outcome);

    // What the `expires_at` of a loaded model did. Some servers recompute it for each response, so
    // that it moves with the clock: that is no inference. A move of that size counts only if the
    // expiry was also seen to stay, which is when it is derived from the last request.
    struct Expiry {
        std::chrono::sys_seconds changed; // the poll that saw the last change
        bool stays = false;
        std::uint64_t suspects = 0; // moves with the clock that are not counted yet
    };

    // Compares the loaded models with those of the previous poll, counts loads, unloads and moved
    // expiry times. Returns true if a request is running, i.e. if a model is loaded past its
    // `expires_at`.
    bool update_loaded(std::vector<LoadedModel> const& models, std::chrono::sys_seconds now);

    // Counts the differences between two polls.
    void count_changes(Loaded const& earlier, Loaded const& later, std::chrono::sys_seconds now);

    // Compares the `expires_at` of one model in two polls.
    void count_moves(
        Expiry& state, Timestamp const& earlier, Timestamp const& later,
        std::chrono::sys_seconds now);

    // Compares the log with that of the previous poll. If it grows, it counts the requests.
    void update_log(RequestTotals log, std::chrono::sys_seconds now);

    // Compares the engine processes with those of the previous poll. Returns true if one ended.
    bool update_engines(Snapshot const& snapshot);

    // Returns whether the log shows an open task, which is an inference. Empty if it shows nothing.
    std::optional<bool> observe_tasks(std::chrono::sys_seconds now);

    // Counts `count` moves that were seen at `time`. While the log may still grow, they are kept:
    // its line may be written a moment after the move.
    void count_moved(std::uint64_t count, std::chrono::sys_seconds time);

    // Records the number of requests that the engines are answering. Returns true if that is an
    // inference: a request that does not end within ten minutes does not count any more.
    bool observe_requests(std::uint64_t requests, std::chrono::sys_seconds now);

    ModelTraffic& traffic_of(std::string const& name);

    double start_;
    std::optional<bool> cloud_up_;
    RequestTotals log_;
    std::set<std::string> installed_;
    std::optional<Loaded> loaded_;
    std::map<std::string, Expiry> expiries_;
    std::chrono::sys_seconds last_poll_{};
    std::map<std::string, ModelTraffic> traffic_;
    ModelTraffic excess_;
    std::uint64_t moved_ = 0;
    std::optional<std::chrono::sys_seconds> last_moved_;
    std::optional<std::chrono::sys_seconds> requests_since_; // polls with a request
    std::optional<std::chrono::sys_seconds> last_request_;
    std::set<std::uint16_t> engines_; // ports of the engine processes
    detail::OpenTasks tasks_;
    std::map<std::string, DurationHistogram, std::less<>> response_times_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> errors_;
    bool has_log_ = false, is_active_ = false;
    // Polls in a row at which a log with access lines did not grow. Each poll sends requests, which
    // a log that is written contains at the next poll.
    unsigned idle_polls_ = 0;
    std::uint64_t unlogged_ = 0; // moves since the log grew that are not counted yet
    std::chrono::sys_seconds last_unlogged_{};
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/format/prometheus/impl/activity.hpp>
#endif
