#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/format/view/status_view.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace ousage::program {

/// The values of the last status lines, and when each group of them was measured: seconds since
/// 1970, 0 if never.
struct StoredStatus {
    std::string version;           ///< of ousage; other versions are ignored
    std::string account;           ///< which account: see `status_identity`
    std::int64_t server_time = 0;  ///< of `loaded`, `vram`, `version`
    std::int64_t log_time = 0;     ///< of requests and tokens
    std::int64_t gpu_time = 0;     ///< of `gpu`
    std::int64_t runners_time = 0; ///< of `running`
    StatusView values;             ///< the values
};

/// Returns a hash, 16 hexadecimal digits, of everything that determines the values of an account:
/// what it observes, with which credentials, and in which time zones. It contains no part of a URL.
std::string
status_identity(ollama::Account const& account, ollama::Configuration const& configuration);

/// Replaces the values of sources whose deadline passed by those of `stored`, and sets the age of
/// the oldest. Counts of another day are not used. Returns what to store for the next run.
StoredStatus complete_status(
    StatusView& status, ollama::Snapshot const& snapshot, StoredStatus const& stored,
    Calendar const& calendar);

/// Returns the content of a state file; empty if it is missing, of another version of ousage or of
/// another account.
StoredStatus read_status(std::filesystem::path const& directory, std::string const& account);

/// Replaces the content of a state file. Does nothing while another run writes it.
void write_status(std::filesystem::path const& directory, StoredStatus const& status);

} // namespace ousage::program
