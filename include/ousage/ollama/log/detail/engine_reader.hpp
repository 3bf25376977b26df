#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/detail/engine_dater.hpp>
#include <ousage/ollama/log/detail/line_prefix.hpp>
#include <ousage/ollama/log/engine_line.hpp>
#include <ousage/ollama/log/engine_tasks.hpp>
#include <ousage/ollama/log/engine_windows.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads the engine's lines of all logs of one server. A task may continue in the next log.
class EngineReader {
public:
    // `observer` receives the dated records.
    EngineReader(std::chrono::sys_seconds now, Calendar calendar, LogObserver const& observer)
        : windows_(now, std::move(calendar)), dated_(observer.dated), undated_(observer.undated) {}

    // Begins a poll at `now`.
    void set_now(std::chrono::sys_seconds now) { windows_.set_now(now); }

    // Reads a line that follows `entries` entries of its log.
    void read_line(
        std::string_view text, std::uint64_t entries, EngineDater& dater,
        LogObserver const& observer) {
        auto const line = parse_engine_line(text);
        if (auto const record = line ? tasks_.add(*line) : std::nullopt) {
            dater.add(*record, entries);
            if (observer.engine) {
                auto const& models = tasks_.models();
                observer.engine(
                    *record, record->model < models.size() ? models[record->model].name : "");
            }
        }
        dater.read_line(text, sink());
        if (line) {
            ++progress_.lines;
            if (observer.load && line->event == EngineEvent::template_selected && tasks_.load()) {
                observer.load(*tasks_.load());
            }
            set_last_line(text, dater);
        }
    }

    void read_entry(std::chrono::sys_seconds time, EngineDater& dater) {
        dater.read_entry(time, sink());
    }

    // Dates the remaining records of a log that has no more lines.
    void finish(EngineDater& dater) { dater.finish(sink()); }

    // Replaces the records that have no time of their own yet.
    void set_undated(UndatedRecords const& records) {
        windows_.set_undated(records);
        if (undated_) {
            undated_(records);
        }
    }

    // Returns which lines were read.
    EngineProgress progress() const {
        auto progress = progress_;
        progress.started_tasks = tasks_.started();
        progress.newest_open_task = tasks_.newest_open();
        if (tasks_.has_tasks() || tasks_.started() > 0) {
            progress.open_tasks = tasks_.open();
        }
        return progress;
    }

    // Stores the windows at `now` in `into`, except those for which the log contains no lines.
    void publish(std::chrono::sys_seconds now, ServerLog& into) {
        if (!tasks_.has_engine()) {
            return;
        }
        into.engine = windows_.query(now);
        for (auto* const window :
             {&into.engine.today, &into.engine.five_hours, &into.engine.one_day,
              &into.engine.seven_days}) {
            if (!tasks_.has_tasks()) {
                auto loads = EngineStatistics{};
                loads.truncated_inputs = window->truncated_inputs;
                loads.model_loads = window->model_loads;
                loads.avg_model_load_ms = window->avg_model_load_ms;
                *window = loads;
            } else if (!tasks_.has_cached()) {
                window->cached_input_tokens.reset();
            }
        }
        into.model_usage = windows_.usage(now, tasks_.models());
        into.daily_series["input_tokens"] = windows_.daily_input(now);
        into.daily_series["output_tokens"] = windows_.daily_output(now);
    }

    // Reads or writes all members but the undated records, which are replaced by each poll.
    template <class Archive>
    void archive(Archive& with) {
        with(tasks_, progress_, windows_);
    }

private:
    struct Sink {
        EngineReader& reader;

        void operator()(std::chrono::sys_seconds time, EngineRecord const& record) const {
            reader.windows_.add(time, record);
            if (reader.dated_) {
                reader.dated_(time, record);
            }
        }
    };

    Sink sink() { return {*this}; }

    // The dater has the time of a slog line, but does not read a prefix if no record needs it. Most
    // lines have none.
    void set_last_line(std::string_view text, EngineDater const& dater) {
        auto const own =
            text.starts_with("slot ") ? std::nullopt : prefix_time(text.substr(0, 120));
        auto const time = own ? std::optional(own->at) : dater.last();
        progress_.last_line = time ? time : progress_.last_line;
    }

    EngineTasks tasks_;
    EngineProgress progress_; // only the lines
    EngineWindows windows_;
    std::function<void(std::chrono::sys_seconds, EngineRecord const&)> dated_;
    std::function<void(UndatedRecords const&)> undated_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
