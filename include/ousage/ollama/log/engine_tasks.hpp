#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/engine_line.hpp>
#include <ousage/ollama/log/engine_record.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Returns a model's full name as /api/tags lists it: without the default registry and namespace.
OUSAGE_DECL std::string short_model_name(std::string_view name);

/// Assembles the lines of the engines of one server to finished tasks. A task is identified by its
/// slot and number and lasts from its first line to its release. Several engines write to one log,
/// their lines interleave, and their numbers overlap: lines are assigned to the first open task of
/// that slot and number to which they apply. A task that is never released is dropped when its slot
/// starts another task, when only one newer engine is alive, or when the server restarts.
/// Not thread-safe.
class EngineTasks {
public:
    /// The maximum number of open tasks. If there are more, the oldest are dropped.
    static constexpr std::size_t open_limit = 1024;

    /// Processes one line, in the order of the log. Returns the record that it completes, if any.
    std::optional<EngineRecord> add(EngineLine const& line);

    /// The number of tasks that were started and not released.
    std::size_t open() const noexcept { return open_.size(); }

    /// The number of tasks that were started, including those that were released or dropped.
    std::uint64_t started() const noexcept { return started_; }

    /// The number of the newest open task, from 1 to `started()`; 0 if no task is open.
    std::uint64_t newest_open() const noexcept { return open_.empty() ? 0 : open_.back().number; }

    /// Whether any line of a task was seen.
    bool has_tasks() const noexcept { return has_tasks_; }

    /// Whether any line contained the number of cached tokens. Old engines print none.
    bool has_cached() const noexcept { return has_cached_; }

    /// Whether any line of the engine, or of Ollama about it, was seen.
    bool has_engine() const noexcept { return has_engine_; }

    /// The model of the last load; empty if there was none.
    std::optional<EngineModel> const& load() const noexcept { return load_; }

    /// All models that were loaded, at most `model_limit`. Their indexes do not change.
    std::vector<EngineModel> const& models() const noexcept { return models_; }

    /// The maximum number of models. Further models are unknown.
    static constexpr std::size_t model_limit = 10'000;

    // Reads or writes all members: see detail/state_archive.hpp.
    template <class Archive>
    void archive(Archive& with) {
        with(open_, started_, models_, header_slot_, header_task_, runners_, only_model_, load_);
        with(loaded_, is_starting_, has_tasks_, has_cached_, has_engine_);
    }

private:
    struct OpenTask {
        std::int64_t slot = 0, task = 0;
        std::uint64_t number = 0; // of all tasks that were started
        EngineRecord record;
        bool is_timed = false;
        bool is_cancelled = false;
    };

    void start(EngineLine const& line);
    void set_prompt(EngineLine const& line);
    void set_cached(EngineLine const& line);
    void set_timing(EngineLine line);
    void cancel(EngineLine const& line);
    std::optional<EngineRecord> release(EngineLine const& line);
    void take_cached(OpenTask& task);
    bool take_cancel(OpenTask const& task, EngineLine const& line);
    static int misfit(OpenTask const& open, EngineLine const& line);
    void end_load(EngineLine const& line);
    void reset();

    // Returns the first open task of the line's slot and number for which `fits` returns true, or
    // null.
    template <class Fits>
    OpenTask* find(EngineLine const& line, Fits&& fits);

    std::size_t index_of(EngineModel const& model);

    std::vector<OpenTask> open_; // oldest first
    std::uint64_t started_ = 0;
    std::vector<EngineModel> models_;
    std::int64_t header_slot_ = -1, header_task_ = -1; // of timing lines without a prefix
    std::optional<std::uint64_t> runners_;             // in the last `loaded runners` line
    std::size_t only_model_ = EngineRecord::unknown_model;
    std::optional<EngineModel> load_; // since the last engine was started
    std::size_t loaded_ = EngineRecord::unknown_model;
    bool is_starting_ = false; // an engine was started and has not reported it
    bool has_tasks_ = false;
    bool has_cached_ = false;
    bool has_engine_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/engine_tasks.hpp>
#endif
