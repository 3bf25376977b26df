#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/log_observer.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A request or a task that does not end within this time does not count any more.
inline constexpr auto inference_limit = std::chrono::minutes(10);

// The tasks of the engines that were started and not released, according to the log.
class OpenTasks {
public:
    // Records what the log contains at a poll.
    void update(LogProgress const& log, std::chrono::sys_seconds now) {
        auto const& engine = log.engine;
        if (engine.lines != engine_.lines) {
            // The lines of the first poll may be old. Their time is known if the log contains one.
            last_line_ = is_live_ ? now : engine.last_line.value_or(now);
        }
        if (engine.started_tasks < engine_.started_tasks) {
            ended_ = late_ = 0; // another log
            started_.clear();
        }
        if (last_line_ && engine.started_tasks > engine_.started_tasks) {
            started_.push_back({engine.started_tasks, *last_line_});
        }
        while (!started_.empty() && now - started_.front().time > inference_limit) {
            late_ = started_.front().number;
            started_.pop_front();
        }
        engine_ = engine;
        is_live_ = is_live_ || log.caught_up;
    }

    // An engine ended. The tasks so far do not count: those of another engine that is alive have a
    // connection.
    void end() { ended_ = engine_.started_tasks; }

    // Returns whether a task is open. Empty if the log does not show it, because it has no line of
    // a task or because no engine has written a line within `inference_limit`.
    std::optional<bool> any(std::chrono::sys_seconds now) {
        if (!engine_.open_tasks || !last_line_) {
            return std::nullopt;
        }
        last_line_ = std::min(*last_line_, now); // the clock may have been ahead
        if (now - *last_line_ > inference_limit) {
            return std::nullopt;
        }
        return engine_.newest_open_task > std::max(ended_, late_);
    }

private:
    // Tasks up to `number` had been started at `time`.
    struct Started {
        std::uint64_t number;
        std::chrono::sys_seconds time;
    };

    EngineProgress engine_; // at the last poll
    std::optional<std::chrono::sys_seconds> last_line_;
    std::deque<Started> started_; // within `inference_limit`, one for each poll with new tasks
    std::uint64_t ended_ = 0;     // tasks up to this number do not count: their engine ended
    std::uint64_t late_ = 0;      // the same: they were started before `inference_limit`
    bool is_live_ = false;        // the log was read to its end
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
