#pragma once

#include "example/ousage/log_output.hpp"
#include "example/ousage/progress.hpp"
#include <ousage/io/file/log_follower.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/log/access_log.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace ousage::program {

/// Reads logs of every kind into one output.
class LogInput {
public:
    /// Entries of `since` and later are enough, where that is given.
    LogInput(
        ollama::LogZone zone, LogOutput& output, std::optional<std::chrono::sys_seconds> since);

    /// Reads a stream, such as standard input, to its end; with `live`, entries do not wait for
    /// the next line where none is there yet.
    std::optional<Failure> read_stream(int descriptor, bool live);

    /// Reads a file that was named to its end, compressed or not; a pipe as a stream.
    std::optional<Failure> read_file(std::filesystem::path const& path, bool live);

    /// Whether a file is gzip by its first bytes, whatever its name.
    static bool is_compressed(std::filesystem::path const& path);

    /// Reads what is new in the logs of a folder, or in these files.
    std::vector<Failure> poll(std::vector<io::LogFile> const& files);

    /// Reads a unit's messages in the journal, and for ever what comes where `follow` is set.
    std::optional<Failure> read_journal(ollama::JournalUnit const& unit, bool follow);

    /// What all logs together held.
    ollama::LogCounts counts() const;

    // What io::LogFollower calls.
    std::uint64_t begin(std::uint64_t number, io::LogFile const& file, io::LogBytes& bytes);
    void bytes(std::uint64_t number, std::string_view bytes);
    void end(std::uint64_t number);
    void gone(std::uint64_t number);

private:
    void feed(ollama::AccessLog& log, std::string_view bytes);
    void finish(ollama::AccessLog& log);
    std::uint64_t start_of(io::LogBytes& bytes, ollama::AccessLog& log) const;

    ollama::LogZone zone_;
    LogOutput& output_;
    std::optional<std::chrono::sys_seconds> since_;
    io::LogFollower follower_;
    std::map<std::uint64_t, ollama::AccessLog> logs_;
    std::uint64_t last_read_ = 0; // of them
    ollama::LogCounts done_;      // of logs that are read to their end, or no more
    std::optional<Progress> progress_;
};

} // namespace ousage::program
