#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/core/source_traits.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/io/file/log_files.hpp>
#include <ousage/ollama/log/log_start.hpp>
#include <ousage/ollama/log/server_log_reader.hpp>
#include <ousage/ollama/model/date_text.hpp>

#include <chrono>
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
    if (!windows_) {
        windows_.emplace(now, zone_.calendar);
        engine_.emplace(now, zone_.calendar, observer_);
        limit_history(*files, now);
    }
    stop_ = stop;
    now_ = now;
    interim_ = std::move(interim);
    windows_->set_now(now);
    engine_->set_now(now);
    read(*files, stop, outcome);
    auto const total = total_counts();
    if (observer_.polled) {
        observer_.polled(
            {total, total.bytes + follower_.skipped(),
             follower_.rotations() + follower_.truncations(), !stop.stop_requested(),
             engine_->progress()});
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
    auto const search = searches_.try_emplace(bytes.id()).first;
    auto const start = search->second.run(bytes, zone_, oldest_, stop_);
    if (!start) {
        return std::nullopt;
    }
    searches_.erase(search);
    auto log =
        Log{AccessLog(zone_.of_lines(), zone_.forced.has_value()), file.path.filename().string(),
            false, detail::EngineDater()};
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
    of_file.log.finish(sink(of_file));
    engine_->finish(of_file.dater);
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
    if (size > history_.whole_up_to) {
        oldest_ = now - history_.period;
    }
}

OUSAGE_DECL void ServerLogReader::report_counts(
    std::chrono::sys_seconds now, LogCounts const& total, ServerLog& into) const {
    into.log.log_bytes = total.bytes + follower_.skipped();
    if (follower_.skipped() == 0) {
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
    into.diagnostics[std::string(SourceTraits<ServerLog>::name) + "_skipped"] =
        std::to_string(follower_.skipped()) + " bytes of older lines were not read";
}

} // namespace OUSAGE_NAMESPACE::ollama
