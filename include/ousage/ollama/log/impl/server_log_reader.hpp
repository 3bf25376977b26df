#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/io/file/log_files.hpp>
#include <ousage/io/file/shared_file.hpp>
#include <ousage/ollama/log/log_start.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>
#include <ousage/ollama/model/date_text.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL ServerLogReader::ServerLogReader(
    LogLocation location, LogZone zone, LogHistory history, LogObserver observer)
    : location_(std::move(location)),
      zone_(std::move(zone)),
      history_(history),
      observer_(std::move(observer)) {}

OUSAGE_DECL ServerLogReader::ServerLogReader(
    std::filesystem::path directory, LogZone zone, LogHistory history, LogObserver observer)
    : ServerLogReader(
          log_directory(std::move(directory)), std::move(zone), history, std::move(observer)) {}

OUSAGE_DECL Outcome<ServerLog> ServerLogReader::poll(
    std::chrono::sys_seconds now, std::stop_token const& stop, detail::InterimReport interim) {
    auto outcome = Outcome<ServerLog>{};
    auto files = location_.list();
    if (!files) {
        outcome.fail({}, files.failure());
        return outcome;
    }
    auto conditions = std::optional<detail::CheckpointConditions>{};
    if (!windows_) {
        reset(now);
        limit_history(*files, now);
        if (!history_.checkpoint.empty() && detail::only_live_log(*files) != nullptr) {
            conditions = detail::conditions_of(*files, zone_, history_, now);
            resume(*files, *conditions, now);
        }
    }
    stop_ = stop;
    now_ = now;
    interim_ = std::move(interim);
    windows_->set_now(now);
    engine_->set_now(now);
    read(without_resumed(*files), stop, outcome);
    if (conditions && is_resumed_wrongly() && !stop.stop_requested()) {
        outcome = {};
        reset(now);
        read(*files, stop, outcome);
    }
    if (conditions && !stop.stop_requested()) {
        store_checkpoint(*files, *conditions, outcome.failures.empty(), now);
    }
    auto const total = total_counts();
    if (observer_.polled) {
        observer_.polled(
            {total, total.bytes + skipped(), follower_.rotations() + follower_.truncations(),
             !stop.stop_requested(), engine_->progress()});
    }
    if (logs_.empty() && total.lines == 0) {
        if (outcome.failures.empty() && !stop.stop_requested()) {
            outcome.absent(location_.missing);
        }
        return outcome;
    }
    publish(now, outcome.value);
    return outcome;
}

OUSAGE_DECL void ServerLogReader::publish(std::chrono::sys_seconds now, ServerLog& into) {
    auto const total = total_counts();
    detail::publish_requests(*windows_, now, total, into);
    engine_->publish(now, into);
    report_counts(now, total, into);
}

OUSAGE_DECL std::optional<std::uint64_t>
ServerLogReader::begin(std::uint64_t number, io::LogFile const& file, io::LogBytes& bytes) {
    if (resumed_ && resumed_->log.id == bytes.id()) {
        resumed_offset_ = resumed_->offset;
        logs_.emplace(number, std::move(resumed_->log));
        resumed_.reset();
        return resumed_offset_;
    }
    auto const search = searches_.try_emplace(bytes.id()).first;
    auto const start = search->second.run(bytes, zone_, oldest_, stop_);
    if (!start) {
        return std::nullopt;
    }
    searches_.erase(search);
    auto log =
        Log{AccessLog(zone_.of_lines(), zone_.forced.has_value()), file.path.filename().string(),
            false, detail::EngineDater(), bytes.id()};
    if (bytes.size() > 0) {
        log.log.assume_offset(start->zone_offset);
    }
    log.begins_late = start->offset > 0;
    logs_.emplace(number, std::move(log));
    return start->offset;
}

OUSAGE_DECL void ServerLogReader::bytes(std::uint64_t number, std::string_view bytes) {
    auto& of_file = logs_.at(number);
    auto& log = of_file.log;
    log.feed(bytes, sink(of_file));
    auto const newline = bytes.rfind('\n');
    of_file.partial =
        newline == bytes.npos ? of_file.partial + bytes.size() : bytes.size() - newline - 1;
    if (first_unparsed_.empty() && log.counts().unparsed > 0 && !of_file.begins_late) {
        first_unparsed_ = of_file.name + ":" + std::to_string(log.counts().first_unparsed_line);
    }
    interim_.offer([this] {
        auto outcome = Outcome<ServerLog>{};
        publish(now_, outcome.value);
        return outcome;
    });
}

OUSAGE_DECL void ServerLogReader::end(std::uint64_t number) {
    auto& of_file = logs_.at(number);
    auto const lines = engine_->progress().lines;
    of_file.log.finish(sink(of_file));
    engine_->finish(of_file.dater);
    // A last line without its newline is read after the lines of the next log.
    is_unordered_ = is_unordered_ || engine_->progress().lines != lines;
}

OUSAGE_DECL void ServerLogReader::removed(std::uint64_t number) {
    auto& of_file = logs_.at(number);
    deleted_ += of_file.log.counts();
    engine_->finish(of_file.dater);
    logs_.erase(number);
}

OUSAGE_DECL LogCounts ServerLogReader::total_counts() const {
    auto total = deleted_;
    for (auto const& [number, log] : logs_) {
        total += log.log.counts();
    }
    return total;
}

OUSAGE_DECL void ServerLogReader::read(
    std::vector<io::LogFile> const& files, std::stop_token const& stop, Outcome<ServerLog>& into) {
    for (auto const& failure : follower_.poll(files, stop, *this)) {
        into.failures.push_back(failure);
    }
    auto undated = std::vector<std::pair<std::chrono::sys_seconds, EngineRecord>>{};
    for (auto& [number, log] : logs_) {
        log.log.flush(sink(log));
        log.log.settle_zone(sink(log));
        log.dater.append_undated(undated);
    }
    engine_->set_undated(undated);
    if (!stop.stop_requested()) {
        searches_.clear(); // those of files that were removed
    }
}

OUSAGE_DECL void ServerLogReader::limit_history(
    std::vector<io::LogFile> const& files, std::chrono::sys_seconds now) {
    std::uint64_t size = 0;
    for (auto const& file : files) {
        std::error_code error;
        auto const bytes = std::filesystem::file_size(file.path, error);
        size += error ? 0 : bytes;
    }
    if (size > history_.whole_up_to || history_.whole_up_to == 0) {
        oldest_ = now - history_.period;
    }
}

OUSAGE_DECL void ServerLogReader::reset(std::chrono::sys_seconds now) {
    windows_.emplace(now, zone_.calendar);
    engine_.emplace(now, zone_.calendar, observer_);
    follower_ = {};
    logs_.clear();
    searches_.clear();
    deleted_ = {};
    first_unparsed_.clear();
    resumed_.reset();
    resumed_files_.clear();
    resumed_offset_ = resumed_skipped_ = 0;
    is_resumed_ = had_offset_ = is_unordered_ = false;
    is_stale_ = true;
}

OUSAGE_DECL void ServerLogReader::resume(
    std::vector<io::LogFile> const& files, detail::CheckpointConditions const& conditions,
    std::chrono::sys_seconds now) {
    auto const file = io::SharedFile(history_.checkpoint, io::SharedFile::Lock::now);
    auto state = detail::StateReader(
        [&file](std::uint64_t offset, char* into, std::size_t size) {
            return file.read_at(offset, into, size);
        },
        hour_number(now), detail::window_edges(now, conditions.midnight),
        RequestWindows::exact_limit);
    auto stored = detail::LogCheckpoint{};
    state(stored);
    auto live = io::LogBytes::open(files.back());
    auto const is_current = state.good() && stored.conditions == conditions && stored.now <= now &&
                            live && *live &&
                            detail::content_mark(**live, stored.offset) == stored.content;
    auto resumed = ResumedLog{
        {AccessLog(zone_.of_lines(), zone_.forced.has_value()),
         files.back().path.filename().string(), stored.begins_late, detail::EngineDater()},
        stored.offset};
    if (is_current) {
        resumed.log.id = (*live)->id();
        // More was appended than each run should read again: the checkpoint is replaced.
        is_stale_ = (*live)->size() - stored.offset > detail::checkpoint_step;
        if (is_stale_) {
            state.need_all();
        }
        state(*windows_, *engine_, resumed.log.log, resumed.log.dater);
    }
    if (!is_current || !state.good() || !state.is_read()) {
        if (state.exists()) {
            file.write({});
        }
        reset(now);
        return;
    }
    resumed.log.log.drop_partial(stored.partial);
    had_offset_ = resumed.log.log.has_offset();
    deleted_ = stored.rotated;
    first_unparsed_ = stored.first_unparsed;
    resumed_skipped_ = stored.skipped;
    for (auto const& rotated : conditions.files) {
        resumed_files_.insert({rotated.stamp.device, rotated.stamp.number});
    }
    resumed_files_.erase(resumed.log.id);
    resumed_ = std::move(resumed);
    is_resumed_ = true;
}

// The file may have been replaced after it was compared with the checkpoint. The first slog line of
// a log, even if it is not complete yet, determines the zone of all lines before it.
OUSAGE_DECL bool ServerLogReader::is_resumed_wrongly() const {
    auto const is_dated_anew = [this](auto const& log) {
        return !had_offset_ && (log.second.log.has_offset() || log.second.partial > 0);
    };
    return is_resumed_ && (resumed_ || follower_.truncations() + follower_.rotations() > 0 ||
                           std::any_of(logs_.begin(), logs_.end(), is_dated_anew));
}

// A log that cannot be resumed is marked, so that programs do not expect the next run to be fast.
OUSAGE_DECL void ServerLogReader::store_checkpoint(
    std::vector<io::LogFile> const& files, detail::CheckpointConditions const& conditions,
    bool is_complete, std::chrono::sys_seconds now) {
    if (!is_stale_) {
        return;
    }
    auto state = detail::LogCheckpoint{};
    state.conditions = conditions;
    state.now = now;
    auto* const log = is_complete ? set_position(files.back(), state) : nullptr;
    // Later runs show nothing older. `oldest_` is set if the whole log is never shown.
    auto const is_limited = history_.whole_up_to == 0;
    auto const first_hour = is_limited ? std::optional(hour_number(*oldest_)) : std::nullopt;
    auto writer = first_hour ? detail::StateWriter(*first_hour) : detail::StateWriter();
    if (log != nullptr) {
        writer(state, *windows_, *engine_, log->log, log->dater);
    }
    io::SharedFile(history_.checkpoint, io::SharedFile::Lock::now)
        .write(log != nullptr ? writer.text() : std::string(LogHistory::no_position));
}

OUSAGE_DECL ServerLogReader::Log*
ServerLogReader::set_position(io::LogFile const& file, detail::LogCheckpoint& into) {
    auto live = io::LogBytes::open(file);
    auto const has_moved = follower_.truncations() + follower_.rotations() > 0;
    if (is_unordered_ || has_moved || !live || !*live) {
        return nullptr;
    }
    auto const found = std::find_if(logs_.begin(), logs_.end(), [&live](auto const& log) {
        return log.second.id == (*live)->id();
    });
    if (found == logs_.end() || !found->second.log.is_plain()) {
        return nullptr;
    }
    auto& [number, log] = *found;
    // The zone may be that of an incomplete line.
    if (log.partial > 0 && !log.log.first_offset() && !zone_.forced) {
        return nullptr;
    }
    into.partial = log.partial;
    into.offset = follower_.offset(number) - log.partial;
    auto const content = detail::content_mark(**live, into.offset);
    into.content = content.value_or(0);
    into.skipped = skipped();
    into.rotated = deleted_;
    for (auto const& [other, of_other] : logs_) {
        into.rotated += other == number ? LogCounts{} : of_other.log.counts();
    }
    into.first_unparsed = first_unparsed_;
    into.begins_late = log.begins_late;
    return content ? &log : nullptr;
}

OUSAGE_DECL std::vector<io::LogFile>
ServerLogReader::without_resumed(std::vector<io::LogFile> files) const {
    std::erase_if(files, [this](io::LogFile const& file) {
        auto const id = resumed_files_.empty() ? std::nullopt : io::file_id(file.path);
        return id && resumed_files_.contains(*id);
    });
    return files;
}

OUSAGE_DECL void ServerLogReader::report_counts(
    std::chrono::sys_seconds now, LogCounts const& total, ServerLog& into) const {
    into.log.log_bytes = total.bytes + skipped();
    if (skipped() == 0 && history_.whole_up_to > 0) {
        into.log.log_lines = total.lines;
        into.log.log_lines_unparsed = total.unparsed;
    } else {
        omit_incomplete(now, into);
    }
    if (!first_unparsed_.empty()) {
        into.diagnostics[std::string(SourceTraits<ServerLog>::name) + "_first_unparsed"] =
            first_unparsed_;
    }
}

OUSAGE_DECL void
ServerLogReader::omit_incomplete(std::chrono::sys_seconds now, ServerLog& into) const {
    using namespace std::chrono_literals;
    auto const check = [this, &into](
                           std::chrono::sys_seconds from, std::string_view name,
                           RequestStatistics& window, EngineStatistics& of_engine) {
        if (from < *oldest_) {
            window = RequestStatistics{};
            of_engine = EngineStatistics{};
            std::erase_if(
                into.model_usage, [name](ModelUsage const& row) { return row.window == name; });
        }
    };
    auto& engine = into.engine;
    check(zone_.calendar.midnight(now), "today", into.requests.today, engine.today);
    check(now - 5h, "5h", into.requests.five_hours, engine.five_hours);
    check(now - 24h, "1d", into.requests.one_day, engine.one_day);
    check(now - std::chrono::days(7), "7d", into.requests.seven_days, engine.seven_days);
    into.log.recent_requests = into.requests.one_day.requests;
    auto const midnight = zone_.calendar.midnight(*oldest_);
    auto const first = date_text(
        std::chrono::sys_days(zone_.calendar.date(*oldest_)) +
        std::chrono::days(midnight == *oldest_ ? 0 : 1));
    for (auto& [name, days] : into.daily_series) {
        std::erase_if(days, [&first](DayValue const& day) { return day.date < first; });
    }
    if (skipped() > 0) {
        into.diagnostics[std::string(SourceTraits<ServerLog>::name) + "_skipped"] =
            std::to_string(skipped()) + " bytes of older lines were not read";
    }
}

} // namespace OUSAGE_NAMESPACE::ollama
