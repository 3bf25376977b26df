#include "example/ousage/status_command.hpp"

#include "example/ousage/status_store.hpp"
#include <ousage/format/status_line.hpp>
#include <ousage/format/view/source_view.hpp>
#include <ousage/io/file/log_files.hpp>
#include <ousage/io/file/shared_file.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/assembly/account_logs.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/log/server_log_part.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace ousage::program {

namespace {

constexpr int urgent_exit_code = 33; // of i3blocks

// A status line shows today, which has at most 25 hours, and the last five hours.
constexpr auto history = std::chrono::hours(26);

constexpr auto log_source = SourceTraits<ollama::ServerLog>::name;

// A log that could not be resumed, or not be read to its end, is read anew after this time.
constexpr auto retry_period = std::chrono::minutes(10);

bool is_mark(std::filesystem::path const& checkpoint) {
    std::error_code error;
    auto const size = std::filesystem::file_size(checkpoint, error);
    return !error && size == ollama::LogHistory::no_position.size();
}

// Returns whether the position in the log is stored, or a mark that it cannot be resumed. Expects
// the same of a file that cannot be written.
bool is_position_stored(std::filesystem::path const& checkpoint) {
    if (!io::SharedFile(checkpoint, io::SharedFile::Lock::now).good()) {
        return true;
    }
    std::error_code error;
    auto const size = std::filesystem::file_size(checkpoint, error);
    auto const time = std::filesystem::last_write_time(checkpoint, error);
    auto const age = std::filesystem::file_time_type::clock::now() - time;
    auto const is_retried = is_mark(checkpoint) && (age < age.zero() || age > retry_period);
    return !error && size > 0 && !is_retried;
}

// Returns whether a log file is read without a stored position, which may take longer. If a log
// cannot be resumed, its reader stores a mark, and the log has the deadline of the other sources.
bool is_first_read(ollama::Account const& account, ollama::Environment const& environment) {
    auto const& checkpoint = account.log_history.checkpoint;
    if (account.journal || (!checkpoint.empty() && is_position_stored(checkpoint))) {
        return false;
    }
    auto const files = ollama::log_location(account, environment).list();
    auto const is_live = [](io::LogFile const& file) { return file.live; };
    auto const live = files ? std::count_if(files->begin(), files->end(), is_live) : 0;
    return checkpoint.empty() ? live > 0 : live == 1;
}

// If the log is late, the next run reads it anew with the log's own deadline, unless that was not
// enough either.
void forget_late_log(ollama::Snapshot const& snapshot, ollama::Account const& account) {
    auto const& checkpoint = account.log_history.checkpoint;
    if (checkpoint.empty() || is_mark(checkpoint) || !is_late(snapshot, log_source)) {
        return;
    }
    auto const own = account.timeouts.find(std::string(log_source));
    auto const had_time = own != account.timeouts.end() && own->second > status_deadline;
    io::SharedFile(checkpoint, io::SharedFile::Lock::now)
        .write(had_time ? ollama::LogHistory::no_position : std::string_view());
}

} // namespace

void limit_for_status(ollama::Configuration& configuration) {
    configuration.accounts.resize(1);
    auto& account = configuration.accounts.front();
    auto const deadline = std::chrono::nanoseconds(status_deadline);
    auto const log = describe_source<ollama::ServerLog>(std::string(log_source));
    auto const deadline_of_log = account.timeout_of(log);
    account.timeout = std::min(account.timeout.value_or(deadline), deadline);
    for (auto& [source, limit] : account.timeouts) {
        limit = std::min(limit, deadline);
    }
    account.log_history = {0, history};
    if (auto const& directory = configuration.state_directory) {
        auto const name = "status-log-" + status_identity(account, configuration) + ".bin";
        account.log_history.checkpoint = *directory / name;
    }
    if (is_first_read(account, configuration.environment)) {
        account.timeouts[log.name] = deadline_of_log;
    }
    account.cloud_cached_only = true;
}

ollama::Observers status_observers(ollama::Account const& account) {
    auto observers = ollama::Observers{};
    if (account.base_url) {
        observers.server = std::make_shared<ollama::LocalApiCache>(*account.base_url);
        observers.server->get_only = true;
    }
    return observers;
}

std::string status_text(
    ollama::Snapshot const& snapshot, ollama::Configuration const& configuration,
    StatusOptions const& options, int& exit_code) {
    auto const& account = configuration.accounts.front();
    auto context = ViewContext{};
    context.server = account.base_url ? io::authority(*account.base_url) : "";
    auto const view = make_view(snapshot, context);
    auto status = status_view(snapshot, view);
    if (auto const& directory = configuration.state_directory) {
        auto const stored = read_status(*directory, status_identity(account, configuration));
        auto const next = complete_status(status, snapshot, stored, configuration.calendar);
        write_status(*directory, next);
    }
    forget_late_log(snapshot, account);
    auto const is_block = options.format == StatusFormat::i3blocks && !options.text_template;
    exit_code = is_block && is_urgent(status) ? urgent_exit_code : 0;
    return options.text_template ? fill_template(*options.text_template, status) + "\n"
                                 : status_line(status, view, options.format);
}

} // namespace ousage::program
