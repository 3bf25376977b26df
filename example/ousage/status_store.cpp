#include "example/ousage/status_store.hpp"

#include <ousage/format/view/source_view.hpp>
#include <ousage/format/view/times.hpp>
#include <ousage/io/file/shared_file.hpp>
#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/version.hpp>

#include <algorithm>
#include <functional>
#include <string_view>

namespace ousage::program {

namespace {

State state_of(ollama::Snapshot const& snapshot, std::string_view name) {
    for (auto const& report : snapshot.sources) {
        if (report.name == name) {
            return report.state;
        }
    }
    return State::skipped;
}

bool has_responded(State state) {
    return state == State::ok || state == State::partial;
}

bool is_same_day(std::int64_t left, std::chrono::sys_seconds right, Calendar const& calendar) {
    return calendar.date(std::chrono::sys_seconds(std::chrono::seconds(left))) ==
           calendar.date(right);
}

void copy_server(StatusView const& from, StatusView& to) {
    to.state = from.state; // a server that is late is not down
    to.loaded = from.loaded;
    to.vram = from.vram;
    to.vram_share = from.vram_share;
    to.version = from.version;
}

void copy_log(StatusView const& from, StatusView& to) {
    to.tok_s = from.tok_s;
    to.tokens_today = from.tokens_today;
    to.req_today = from.req_today;
    to.req_5h = from.req_5h;
    to.errors_today = from.errors_today;
}

void copy_gpu(StatusView const& from, StatusView& to) {
    to.gpu = from.gpu;
}

void copy_runners(StatusView const& from, StatusView& to) {
    to.running = from.running;
}

// One file for each account. Its name is no identity: that is in the file.
std::filesystem::path file_of(std::filesystem::path const& directory, std::string const& account) {
    auto const hash = std::hash<std::string>()(account);
    return directory / ("status-" + std::to_string(hash) + ".json");
}

} // namespace

StoredStatus complete_status(
    StatusView& status, ollama::Snapshot const& snapshot, StoredStatus const& stored,
    Calendar const& calendar) {
    auto const now = snapshot.timestamp.at;
    auto next = stored;
    auto oldest = std::chrono::seconds(0);
    // Returns whether the stored values of a group replace those of a source. Sets the time of the
    // group if the source responded.
    auto const is_replaced = [&](char const* source, bool has_value, std::int64_t& time) {
        if (is_late(snapshot, source) && !has_value) {
            return time != 0;
        }
        time = has_responded(state_of(snapshot, source)) ? now.time_since_epoch().count() : 0;
        return false;
    };
    auto const use = [&](std::int64_t time) {
        oldest = std::max(oldest, now.time_since_epoch() - std::chrono::seconds(time));
    };
    auto const& metrics = snapshot.metrics;
    if (is_replaced("local_api", metrics.server.loaded_models.has_value(), next.server_time)) {
        copy_server(stored.values, status);
        use(next.server_time);
    }
    if (is_replaced("server_log", false, next.log_time) &&
        is_same_day(next.log_time, now, calendar)) {
        copy_log(stored.values, status);
        use(next.log_time);
    }
    if (is_replaced("gpu", !status.gpu.empty(), next.gpu_time)) {
        copy_gpu(stored.values, status);
        use(next.gpu_time);
    }
    if (is_replaced("runners", !status.running.empty(), next.runners_time)) {
        copy_runners(stored.values, status);
        use(next.runners_time);
    }
    next.values = status;
    if (oldest >= std::chrono::seconds(1)) {
        status.age = age_text(oldest);
    }
    return next;
}

StoredStatus read_status(std::filesystem::path const& directory, std::string const& account) {
    auto const file = io::SharedFile(file_of(directory, account), io::SharedFile::Lock::now);
    auto stored = StoredStatus{};
    auto const text = file.read();
    if (text.empty() || read_json(text, stored) || stored.version != OUSAGE_VERSION ||
        stored.account != account) {
        stored = StoredStatus{};
    }
    stored.version = OUSAGE_VERSION;
    stored.account = account;
    return stored;
}

void write_status(std::filesystem::path const& directory, StoredStatus const& status) {
    auto const file = io::SharedFile(file_of(directory, status.account), io::SharedFile::Lock::now);
    file.write(to_json(status, JsonStyle::compact));
}

} // namespace ousage::program
