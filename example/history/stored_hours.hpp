#pragma once

#include "example/history/history_store.hpp"
#include <ousage/ollama/configuration.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

namespace ousage::program {

/// Returns the base URL of an account as the database contains it.
std::string history_url(ollama::Account const& account);

/// Returns the stored hours of an account up to `now`, at most the last `count`. Blocks, see
/// `HistoryStore::read`.
Result<ollama::HourlySums> read_stored_hours(
    std::stop_token const& stop, std::filesystem::path const& database,
    ollama::Account const& account, std::chrono::sys_seconds now,
    std::int64_t count = HistoryStore::kept_hours);

} // namespace ousage::program
