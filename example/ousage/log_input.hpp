#pragma once

#include "example/ousage/log_output.hpp"
#include "example/ousage/progress.hpp"
#include <ousage/io/file/log_follower.hpp>
#include <ousage/ollama/configuration.hpp>
#include <ousage/ollama/log/access_log.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ousage::program {

/// Reads all kinds of logs into one output.
class LogInput : public io::LogVisitor {
public:
    /// Entries before `since`, if it is set, may be skipped.
    LogInput(
        ollama::LogZone zone, LogOutput& output, std::optional<std::chrono::sys_seconds> since);

    /// Reads a stream, such as standard input, to its end. With `live`, writes an entry without
    /// waiting for the next line if none is available yet.
    /// `name` occurs in failures.
    std::optional<Failure> read_stream(int descriptor, std::string const& name, bool live);

    /// Reads a named file to its end, compressed or not. A pipe is read as a stream.
    std::optional<Failure> read_file(std::filesystem::path const& path, bool live);

    /// Returns true if a file is decompressed while it is read, whatever its name.
    static bool is_compressed(std::filesystem::path const& path);

    /// Reads the new bytes of `files`.
    std::vector<Failure> poll(std::vector<io::LogFile> const& files);

    /// Returns true if the journal has a message of a unit.
    static bool has_messages(ollama::JournalUnit const& unit);

    /// Reads a unit's messages in the journal. With `follow`, continues with new messages until
    /// standard output fails.
    std::optional<Failure> read_journal(ollama::JournalUnit const& unit, bool follow);

    /// Returns the counts of all logs together.
    ollama::LogCounts counts() const;

    // Called by io::LogFollower.
    std::optional<std::uint64_t>
    begin(std::uint64_t number, io::LogFile const& file, io::LogBytes& bytes) override;
    void bytes(std::uint64_t number, std::string_view bytes) override;
    void end(std::uint64_t number) override;
    void removed(std::uint64_t number) override;

private:
    void feed(ollama::AccessLog& log, std::string_view bytes);
    void finish(ollama::AccessLog& log);
    std::uint64_t start_of(io::LogBytes& bytes, ollama::AccessLog& log) const;

    ollama::LogZone zone_;
    LogOutput& output_;
    std::optional<std::chrono::sys_seconds> since_;
    io::LogFollower follower_;
    std::map<std::uint64_t, ollama::AccessLog> logs_;
    std::uint64_t last_read_ = 0; // number of the last log read
    ollama::LogCounts done_;      // counts of logs that are complete or removed
    std::optional<Progress> progress_;
};

} // namespace ousage::program
