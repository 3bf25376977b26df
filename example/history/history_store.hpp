#pragma once

#include <ousage/core/error.hpp>
#include <ousage/core/result.hpp>
#include <ousage/ollama/model/hour_sums.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace ousage::program {

/// The sums of one hour, to be stored.
struct StoredHour {
    std::int64_t hour = 0; ///< number of the hour since 1970, UTC
    ollama::HourSums sums; ///< absent values are not stored and do not replace stored ones
    /// True: the sums are those of the whole hour so far and replace the stored ones. False: they
    /// may be too small, and replace only smaller ones.
    bool is_complete = false;
};

/// A SQLite database of hourly sums by account and base URL, for any number of processes. It
/// contains no prompts, no addresses of clients and no model names. Rows older than two years are
/// deleted. Each call opens the file anew, so an object may be used on several threads.
///
/// The file is a rollback-journal database (docs/rationale.md). It belongs to this user, has
/// mode 0600 and is no symbolic link, else it is not written. A database of another program, or of
/// a newer version of the schema, is neither read nor written. A failure names the file.
class HistoryStore {
public:
    /// False if this build has no SQLite: then nothing is read, and `record` fails.
    static constexpr bool is_supported = OUSAGE_WITH_SQLITE != 0;

    /// How long sums are kept, in hours: two years.
    static constexpr std::int64_t kept_hours = std::int64_t{24} * 731;

    /// The version of the schema that this program writes.
    static constexpr int schema_version = 1;

    explicit HistoryStore(std::filesystem::path file) : file_(std::move(file)) {}

    std::filesystem::path const& file() const noexcept { return file_; }

    /// Stores hours in one transaction, and deletes those that are too old at `now`, unless no
    /// hour of the month before the last one is stored: then the clock may be wrong. Hours after
    /// `now` are left out. Creates the file, and its directory with mode 0700, if necessary. Waits
    /// at most two seconds for another writer. Blocks: not for an event loop. Returns the failure,
    /// if any; then nothing was stored.
    std::optional<Failure> record(
        std::string const& account, std::string const& url, std::vector<StoredHour> const& hours,
        std::chrono::sys_seconds now) const;

    /// Returns the stored hours from `first` to `last`. Never writes and creates no file. None if
    /// the file does not exist or is empty.
    Result<ollama::HourlySums> read(
        std::string const& account, std::string const& url, std::int64_t first, std::int64_t last,
        std::stop_token const& stop = {}) const;

private:
    std::filesystem::path file_;
};

} // namespace ousage::program
