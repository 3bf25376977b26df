#include "example/ousage/status_store.hpp"

#include <ousage/format/view/source_view.hpp>
#include <ousage/format/view/times.hpp>
#include <ousage/io/file/shared_file.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/version.hpp>

#include <algorithm>
#include <optional>
#include <string>
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

std::filesystem::path file_of(std::filesystem::path const& directory, std::string const& account) {
    return directory / ("status-" + account + ".json");
}

// A text in which no part can be taken for another one.
class Identity {
public:
    void add(std::string_view part) {
        text_ += std::to_string(part.size()) + ":" + std::string(part);
    }

    void add(bool part) { add(std::string_view(part ? "1" : "0")); }

    void add(std::filesystem::path const& part) { add(std::string_view(part.native())); }

    void add(std::optional<std::string> const& part) {
        add(part.has_value());
        add(std::string_view(part ? *part : std::string_view()));
    }

    // 64 bits of FNV-1a.
    std::string hash() const {
        std::uint64_t hash = 14695981039346656037u;
        for (auto const byte : text_) {
            hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211u;
        }
        auto digits = std::string();
        for (int shift = 60; shift >= 0; shift -= 4) {
            digits += "0123456789abcdef"[hash >> shift & 0xF];
        }
        return digits;
    }

private:
    std::string text_;
};

} // namespace

std::string
status_identity(ollama::Account const& account, ollama::Configuration const& configuration) {
    auto identity = Identity();
    auto const& url = account.base_url;
    identity.add(std::string_view(account.id));
    identity.add(account.auth == ollama::Auth::api_key);
    identity.add(url ? std::optional(io::to_string(*url)) : std::nullopt);
    identity.add(account.bearer_env);
    for (auto const& [header, variable] : account.headers_env) {
        identity.add(std::string_view(header));
        identity.add(std::string_view(variable));
    }
    identity.add(std::string_view(account.api_key_env));
    identity.add(std::string_view(account.cloud_base_url));
    identity.add(account.logs_dir);
    identity.add(account.default_logs);
    for (auto const& file : account.log_files) {
        identity.add(file);
    }
    identity.add(account.journal ? std::optional(account.journal->name) : std::nullopt);
    identity.add(account.journal ? account.journal->directory : std::filesystem::path());
    for (auto const* const path :
         {&account.server_config, &account.service_config, &account.db_path}) {
        identity.add(*path);
    }
    identity.add(account.observes_machine);
    identity.add(account.runner_slots);
    auto const& forced = configuration.log_timezone;
    identity.add(std::string_view(configuration.calendar.name()));
    identity.add(forced ? std::optional(forced->name()) : std::nullopt);
    return identity.hash();
}

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
    } else if (is_late(snapshot, "server_log")) {
        copy_log(StatusView{}, status); // the sums of a part of the log are wrong
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
