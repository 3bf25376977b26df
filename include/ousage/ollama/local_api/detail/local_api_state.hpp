#pragma once

#include <ousage/config.hpp>
#include <ousage/core/secret.hpp>
#include <ousage/io/file/shared_file.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/local_api/local_api_cache.hpp>
#include <ousage/ollama/model/detail/state_file.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What runs share of one server, through a file.
namespace OUSAGE_NAMESPACE::ollama::detail {

// The values from POST /api/show of one model with a digest.
struct StoredModel {
    std::string name;
    std::string digest;
    std::optional<std::int64_t> parameter_count;
    std::optional<std::int64_t> context_length;
    std::vector<std::string> capabilities;
    std::optional<std::string> blob;
};

struct LocalApiState {
    std::int64_t account_requested = 0; // the last POST /api/me, seconds since 1970; 0: none
    std::optional<std::string> signin_url;
    std::vector<StoredModel> shown;
};

// The file of the server, or nothing if nothing is stored.
inline std::optional<std::filesystem::path> state_file(LocalApiCache const& cache) {
    return cache.state_directory
               ? std::optional(state_path(
                     *cache.state_directory, "server", io::to_string(cache.client.base())))
               : std::nullopt;
}

inline LocalApiState read_state(io::SharedFile const& file) {
    auto state = LocalApiState{};
    return read_json(file.read(), state) ? LocalApiState{} : state;
}

// Returns whether a JSON text contains the credential. A short one is part of many names and
// numbers: only a whole string repeats it.
inline bool repeats(std::string_view json, Secret const& secret) {
    auto escaped = to_json(secret.reveal(), JsonStyle::compact);
    escaped = escaped.substr(1, escaped.size() - 2);
    if (secret.reveal().size() >= 8) {
        return json.find(escaped) != json.npos;
    }
    auto const whole = "\"" + escaped + "\"";
    auto at = json.find(whole);
    while (at != json.npos && json.substr(at + whole.size()).starts_with(':')) {
        at = json.find(whole, at + 1); // a key
    }
    return at != json.npos;
}

// Writes the state, with fewer models if it exceeds the size that can be read. A state that
// contains a credential, because the server repeated it, is not written. Returns whether it was.
inline bool
write_state(io::SharedFile const& file, LocalApiState state, std::vector<Secret> const& secrets) {
    auto text = to_json(state, JsonStyle::compact);
    while (text.size() > 1024 * 1024 && !state.shown.empty()) {
        state.shown.resize(state.shown.size() / 2);
        text = to_json(state, JsonStyle::compact);
    }
    auto const is_repeated = [&text](Secret const& secret) { return repeats(text, secret); };
    return std::none_of(secrets.begin(), secrets.end(), is_repeated) && file.write(text);
}

// Whether POST /api/me is due. If not, the age and the result of the last request of any run.
struct AccountTurn {
    bool is_due = true;
    std::chrono::seconds age{};
    std::optional<std::string> signin_url;
};

// Returns whether POST /api/me is due, and if so, stores that it is sent now, while the file is
// locked, so that no other run sends it. A time in the future comes from a wrong clock.
inline AccountTurn claim_account(
    std::filesystem::path const& path, std::chrono::sys_seconds now,
    std::vector<Secret> const& secrets, std::stop_token const& stop) {
    auto const file = io::SharedFile(path, io::SharedFile::Lock::wait, stop);
    auto state = read_state(file);
    auto const last = std::chrono::sys_seconds(std::chrono::seconds(state.account_requested));
    if (last.time_since_epoch().count() > 0 && last <= now &&
        now - last < LocalApiCache::account_interval) {
        return AccountTurn{false, now - last, std::move(state.signin_url)};
    }
    state.account_requested = now.time_since_epoch().count();
    // If it cannot be stored, it is not sent: every run would send it.
    return AccountTurn{write_state(file, std::move(state), secrets), {}, {}};
}

// Stores the result of POST /api/me. Runs on the I/O thread, so it does not wait for the lock.
inline void store_account(LocalApiCache const& cache, std::optional<std::string> signin_url) {
    if (auto const path = state_file(cache)) {
        auto const file = io::SharedFile(*path, io::SharedFile::Lock::now);
        auto state = read_state(file);
        state.signin_url = std::move(signin_url);
        write_state(file, std::move(state), cache.secrets);
    }
}

inline std::vector<StoredModel>
load_shown(std::filesystem::path const& path, std::stop_token const& stop) {
    return read_state(io::SharedFile(path, io::SharedFile::Lock::wait, stop)).shown;
}

// Removes the models of `stored` that the cache has, also with another digest.
inline void
remove_known(std::vector<StoredModel>& stored, std::map<ModelKey, ShownModel> const& shown) {
    auto names = std::set<std::string_view>{};
    for (auto const& [key, values] : shown) {
        names.insert(key.first);
    }
    std::erase_if(stored, [&](StoredModel const& model) { return names.contains(model.name); });
}

// Stores the values of all models with a digest, and keeps those of other models, which another run
// has stored. If the file exceeds its size, those are dropped first. Runs on the I/O thread, so it
// does not wait for the lock.
inline void store_shown(LocalApiCache const& cache, std::map<ModelKey, ShownModel> const& shown) {
    auto const path = state_file(cache);
    if (!path) {
        return;
    }
    auto const file = io::SharedFile(*path, io::SharedFile::Lock::now);
    auto state = read_state(file);
    auto others = std::exchange(state.shown, {});
    remove_known(others, shown);
    for (auto const& [key, values] : shown) {
        if (!key.second.empty()) {
            state.shown.push_back(StoredModel{
                key.first, key.second, values.parameter_count, values.context_length,
                values.capabilities, values.blob});
        }
    }
    std::move(others.begin(), others.end(), std::back_inserter(state.shown));
    write_state(file, std::move(state), cache.secrets);
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
