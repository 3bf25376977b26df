#pragma once

#include <ousage/config.hpp>
#include <ousage/io/file/shared_file.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/json/reader.hpp>
#include <ousage/ollama/cloud/cloud_memory.hpp>
#include <ousage/ollama/cloud/detail/state_text.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// The last round of a cloud, shared by processes through a file.
namespace OUSAGE_NAMESPACE::ollama::detail {

// FNV-1a. Not a cryptographic hash; it protects no secret.
inline std::uint64_t
fingerprint(std::string_view text, std::uint64_t seed = 14695981039346656037u) {
    for (auto const letter : text) {
        seed = (seed ^ static_cast<unsigned char>(letter)) * 1099511628211u;
    }
    return seed;
}

// Sixteen bits of a hash: enough to detect another key, too few to recover it.
inline std::uint32_t mark_of(Secret const& key, Secret const& cookie) {
    auto const hash = fingerprint(cookie.reveal(), fingerprint("\n", fingerprint(key.reveal())));
    return static_cast<std::uint32_t>((hash >> 48 ^ hash >> 32 ^ hash >> 16 ^ hash) & 0xFFFF);
}

// The state file, one per cloud URL and variable name. Accounts with the same URL and variable
// share one rate limit.
inline std::optional<std::filesystem::path> state_file(CloudAccess const& access) {
    if (!access.state_folder) {
        return std::nullopt;
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    auto const hash = fingerprint(io::to_string(access.base) + "\n" + access.key_variable);
    auto name = std::string("cloud-");
    for (int shift = 60; shift >= 0; shift -= 4) {
        name += digits[hash >> shift & 0xF];
    }
    return *access.state_folder / (name + ".json");
}

// Returns true if the next round must wait. A start in the future or a wait of more than two days
// comes from a wrong clock or a damaged file and is ignored.
inline bool holds(CloudRound const& round, std::uint32_t mark, std::int64_t now_ms) {
    auto const longest = std::chrono::milliseconds(std::chrono::days(2)).count();
    return round.mark == mark && round.asked_ms <= now_ms && now_ms < round.wait_until_ms &&
           round.wait_until_ms - round.asked_ms <= longest;
}

// Starts a round at `now_ms`. Keeps the values of the previous round if the mark is the same.
inline CloudRound
begin_round(std::optional<CloudRound> const& before, std::uint32_t mark, std::int64_t now_ms) {
    auto round = CloudRound{};
    if (before && before->mark == mark) {
        round = *before;
    }
    round.mark = mark;
    round.asked_ms = now_ms;
    round.wait_until_ms = now_ms + CloudMemory::interval.count();
    round.failures.clear();
    return round;
}

inline std::string to_text(CloudRound const& round) {
    auto text = std::string{};
    append_state(text, round);
    return text;
}

inline std::optional<CloudRound> read_round(std::string_view text) {
    auto round = CloudRound{};
    return io::read_json(text, round) ? std::nullopt : std::optional(std::move(round));
}

// Returns the round of another process if it is still valid. Otherwise stores a new round while the
// file is locked, so that no other process starts one, and returns nothing.
inline std::optional<CloudRound>
claim(std::filesystem::path const& path, std::uint32_t mark, std::int64_t now_ms) {
    auto const file = io::SharedFile(path, io::SharedFile::Lock::wait);
    auto before = read_round(file.read());
    if (before && holds(*before, mark, now_ms)) {
        // Drop values older than a minute; the wait time still applies.
        if (now_ms - before->answered_ms >= CloudMemory::interval.count()) {
            before->value = {};
            before->answered_ms = 0;
        }
        return before;
    }
    auto round = begin_round(std::nullopt, mark, now_ms);
    file.write(to_text(round));
    return std::nullopt;
}

// Runs on the I/O thread, so it does not wait for the lock. If another process holds the lock, the
// file keeps that process's state.
inline void save(std::filesystem::path const& path, CloudRound const& round) {
    io::SharedFile(path, io::SharedFile::Lock::now).write(to_text(round));
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
