#include "example/ousage/log_output.hpp"

#include <ousage/core/enum_name.hpp>
#include <ousage/format/table.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/log/engine_line.hpp>
#include <ousage/ollama/log/gin_path.hpp>
#include <ousage/ollama/log/route.hpp>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::program {

namespace {

// One line of the output. Each member is a JSON key.
struct EntryLine {
    Timestamp time;
    int status = 0;
    std::int64_t latency_ns = 0;
    std::string client;
    std::string method;
    std::string path;
    std::string query;
    ollama::Route route = ollama::Route::other;
    std::vector<std::string> errors;
};

EntryLine line_of(ollama::AccessEntry const& entry) {
    auto path = ollama::unquote_gin_path(entry.line.quoted_path);
    auto line = EntryLine{};
    line.time = {entry.time, 0, static_cast<std::int32_t>(entry.offset.count())};
    line.status = entry.line.status;
    line.latency_ns = entry.line.latency_ns;
    line.client = entry.line.client;
    line.method = entry.line.method;
    line.route = ollama::route_of(entry.line.method, path.path);
    line.path = std::move(path.path);
    line.query = std::move(path.query);
    line.errors = entry.errors;
    return line;
}

bool has_status(int status, std::string const& wanted) {
    // 5xx means 500 and above, as in the metrics.
    auto const text = std::to_string(status);
    return wanted == "5xx"          ? status >= 500
           : wanted.ends_with("xx") ? text[0] == wanted[0]
                                    : text == wanted;
}

void write(std::string const& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

} // namespace

LogOutput::LogOutput(LogOptions const& options, Format format, Calendar calendar)
    : options_(options),
      format_(format),
      has_filter_(
          options.since || options.until || options.status || options.path || options.inference),
      sums_all_(options.summary && !has_filter_),
      summarizer_(std::move(calendar)) {}

void LogOutput::filter(ollama::AccessEntry const& entry) {
    if (has_filter_ && !is_wanted(entry)) {
        return;
    }
    if (options_.summary) {
        summarizer_.add(entry);
    } else {
        write(to_json(line_of(entry), JsonStyle::compact, EmptyMembers::written) + "\n");
    }
}

void LogOutput::read_engine(std::string_view text) {
    auto const line = ollama::parse_engine_line(text);
    if (auto const record = line ? tasks_.add(*line) : std::nullopt) {
        summarizer_.add(*record);
    }
}

void LogOutput::finish(ollama::LogCounts const& counts) {
    if (!options_.summary) {
        return;
    }
    if (tasks_.has_tasks()) {
        summarizer_.include_engine();
    }
    auto const summary = summarizer_.summary(counts);
    auto const style = format_ == Format::compact ? JsonStyle::compact : JsonStyle::pretty;
    write(
        format_ == Format::table ? to_table(summary)
                                 : to_json(summary, style, EmptyMembers::written) + "\n");
}

bool LogOutput::is_wanted(ollama::AccessEntry const& entry) const {
    auto const& line = entry.line;
    auto const is_in_range = (!options_.since || entry.time >= *options_.since) &&
                             (!options_.until || entry.time <= *options_.until);
    return is_in_range && (!options_.status || has_status(line.status, *options_.status)) &&
           (!options_.path || ollama::unquote_gin_path(line.quoted_path).path == *options_.path) &&
           (!options_.inference || entry.route != ollama::Route::other);
}

} // namespace ousage::program
