#pragma once

#include <ousage/config.hpp>
#include <ousage/core/reflect.hpp>
#include <ousage/io/file/shared_file.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/json/json.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/cloud/cloud_cache.hpp>
#include <ousage/ollama/model/detail/state_file.hpp>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

// The last round of a cloud, shared by processes through a file.
namespace OUSAGE_NAMESPACE::ollama::detail {

// Sixteen bits of a hash: enough to detect another key, too few to recover it.
inline std::uint32_t credentials_hash(Secret const& key, Secret const& cookie) {
    auto const hash = fingerprint(cookie.reveal(), fingerprint("\n", fingerprint(key.reveal())));
    return static_cast<std::uint32_t>((hash >> 48 ^ hash >> 32 ^ hash >> 16 ^ hash) & 0xFFFF);
}

// The state file, one per cloud URL and variable name. Accounts with the same URL and variable
// share one rate limit.
inline std::optional<std::filesystem::path> state_file(CloudAccess const& access) {
    if (!access.state_directory) {
        return std::nullopt;
    }
    auto const identity = io::to_string(access.base) + "\n" + access.key_variable;
    return state_path(*access.state_directory, "cloud", identity);
}

// Returns true if the next round must wait. A start in the future or a wait of more than two days
// comes from a wrong clock or a damaged file and is ignored.
inline bool must_wait(CloudRound const& round, std::uint32_t hash, std::int64_t now_ms) {
    auto const longest = std::chrono::milliseconds(std::chrono::days(2)).count();
    return round.credentials_hash == hash && round.started_ms <= now_ms &&
           now_ms < round.wait_until_ms && round.wait_until_ms - round.started_ms <= longest;
}

// Starts a round at `now_ms`. Keeps the values of the previous round if its credentials were the
// same.
inline CloudRound
start_round(std::optional<CloudRound> const& previous, std::uint32_t hash, std::int64_t now_ms) {
    auto round = CloudRound{};
    if (previous && previous->credentials_hash == hash) {
        round = *previous;
    }
    round.credentials_hash = hash;
    round.started_ms = now_ms;
    round.wait_until_ms = now_ms + CloudCache::interval.count();
    round.failures.clear();
    return round;
}

// Removes the resets of a round that was stored with another clock of the windows (`--now`): those
// that were computed from a number of seconds are wrong with this clock.
inline void
drop_resets_of_other_clock(CloudRound& round, std::int64_t now_ms, std::chrono::sys_seconds now) {
    auto const is_set = round.received_now != 0; // files of earlier versions lack it
    auto const stored = is_set ? round.received_now - round.received_ms / 1000 : 0;
    auto const own = now.time_since_epoch().count() - now_ms / 1000;
    if (std::abs(own - stored) > 120) {
        with_members(round.value.limits, [](auto&... limit) {
            ((limit ? limit->resets_at.reset() : void()), ...);
        });
    }
}

inline std::string to_text(CloudRound const& round) {
    return to_json(round, JsonStyle::compact, EmptyMembers::written);
}

// The former names of three members of CloudRound.
struct FormerRoundKeys {
    std::int64_t asked_ms = 0;
    std::int64_t answered_ms = 0;
    std::uint32_t mark = 0;
};

inline std::optional<CloudRound> read_round(std::string_view text) {
    auto round = CloudRound{};
    auto former = FormerRoundKeys{};
    if (read_json(text, round) || read_json(text, former)) {
        return std::nullopt;
    }
    if (round.started_ms == 0) {
        round.started_ms = former.asked_ms;
        round.received_ms = former.answered_ms;
        round.credentials_hash = former.mark;
    }
    return round;
}

// Returns the stored round of these credentials, however old it is. Creates no file.
inline std::optional<CloudRound>
stored_round(std::filesystem::path const& path, std::uint32_t hash, std::stop_token const& stop) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
        return std::nullopt;
    }
    auto round = read_round(io::SharedFile(path, io::SharedFile::Lock::wait, stop).read());
    return round && round->credentials_hash == hash ? std::move(round) : std::nullopt;
}

// Returns the round of another process if it is still valid. Otherwise stores a new round while the
// file is locked, so that no other process starts one, and returns nothing.
inline std::optional<CloudRound> start_shared_round(
    std::filesystem::path const& path, std::uint32_t hash, std::int64_t now_ms,
    std::stop_token const& stop) {
    auto const file = io::SharedFile(path, io::SharedFile::Lock::wait, stop);
    auto previous = read_round(file.read());
    if (previous && must_wait(*previous, hash, now_ms)) {
        // Drop values older than a minute; the wait time still applies.
        if (now_ms - previous->received_ms >= CloudCache::interval.count()) {
            previous->value = {};
            previous->received_ms = 0;
        }
        return previous;
    }
    file.write(to_text(start_round(previous, hash, now_ms)));
    return std::nullopt;
}

// Stores a finished round. Runs on the I/O thread, so it does not wait for the lock. If another
// process holds the lock, the file keeps that process's state.
inline void save_round(std::filesystem::path const& path, CloudRound const& round) {
    io::SharedFile(path, io::SharedFile::Lock::now).write(to_text(round));
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
