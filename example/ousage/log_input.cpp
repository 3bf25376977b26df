#include "example/ousage/log_input.hpp"

#include <ousage/io/file/descriptor.hpp>
#include <ousage/io/file/log_bytes.hpp>
#include <ousage/io/file/log_stream.hpp>
#include <ousage/io/file/read_buffer.hpp>
#include <ousage/ollama/log/log_start.hpp>
#if OUSAGE_WITH_SYSTEMD
#    include <ousage/io/file/journal.hpp>
#endif

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <utility>

namespace ousage::program {

namespace {

constexpr std::size_t buffer_size = 256 * 1024;

bool has_more(int descriptor) {
    auto waiting = pollfd{descriptor, POLLIN, 0};
    return ::poll(&waiting, 1, 0) > 0;
}

} // namespace

LogInput::LogInput(
    ollama::LogZone zone, LogOutput& output, std::optional<std::chrono::sys_seconds> since)
    : zone_(std::move(zone)), output_(output), since_(since) {}

void LogInput::feed(ollama::AccessLog& log, std::string_view bytes) {
    log.feed(bytes, output_);
    if (progress_) {
        progress_->add(bytes.size());
    }
}

void LogInput::finish(ollama::AccessLog& log) {
    log.finish(output_);
    done_ += log.counts();
}

ollama::LogCounts LogInput::counts() const {
    auto total = done_;
    for (auto const& [number, log] : logs_) {
        total += log.counts();
    }
    return total;
}

std::optional<Failure> LogInput::read_stream(int descriptor, std::string const& name, bool live) {
    auto stream = io::LogStream(descriptor, name);
    auto log = ollama::AccessLog(zone_.of_lines(), zone_.forced.has_value());
    auto buffer = io::ReadBuffer(buffer_size);
    for (;;) {
        if (live && !has_more(descriptor)) {
            log.flush(output_);
            log.settle_zone(output_);
            std::fflush(stdout);
            if (std::ferror(stdout) != 0) {
                return std::nullopt; // standard output is closed
            }
        }
        auto const count = stream.read(buffer.data(), buffer.size());
        if (!count || *count == 0) {
            finish(log);
            return count ? std::nullopt : std::optional(count.failure());
        }
        feed(log, {buffer.data(), *count});
    }
}

bool LogInput::is_compressed(std::filesystem::path const& path) {
    auto opened = io::LogBytes::open({path});
    return opened && *opened && (*opened)->is_compressed();
}

std::optional<Failure> LogInput::read_file(std::filesystem::path const& path, bool live) {
    std::error_code error;
    auto const status = std::filesystem::status(path, error);
    if (std::filesystem::is_directory(status)) {
        return io::file_failure(path, EISDIR);
    }
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
        auto* const stream = std::fopen(path.c_str(), "rb");
        if (stream == nullptr) {
            return io::file_failure(path, errno);
        }
        auto failure = read_stream(::fileno(stream), path.filename().string(), live);
        std::fclose(stream);
        return failure;
    }
    auto opened = io::LogBytes::open({path});
    if (!opened || !*opened) {
        return opened ? io::file_failure(path, std::filesystem::exists(status) ? EINVAL : ENOENT)
                      : opened.failure();
    }
    auto& bytes = **opened;
    auto log = ollama::AccessLog(zone_.of_lines(), zone_.forced.has_value());
    auto offset = start_of(bytes, log);
    progress_.emplace(bytes.is_compressed() ? 0 : bytes.size() - offset);
    auto failure = std::optional<Failure>{};
    auto buffer = io::ReadBuffer(buffer_size);
    for (;;) {
        auto const count = bytes.read_at(offset, buffer.data(), buffer.size());
        if (!count || *count == 0) {
            failure = count ? std::nullopt : std::optional(count.failure());
            break;
        }
        feed(log, {buffer.data(), *count});
        offset += *count;
    }
    finish(log);
    progress_.reset();
    return failure;
}

std::uint64_t LogInput::start_of(io::LogBytes& bytes, ollama::AccessLog& log) const {
    // Allow for a clock set back by less than a day, as a snapshot does.
    auto const oldest = since_ ? std::optional(*since_ - std::chrono::days(1)) : std::nullopt;
    auto const start = ollama::find_log_start(bytes, zone_, oldest);
    if (bytes.size() > 0) {
        log.assume_offset(start.zone_offset);
    }
    return start.offset;
}

std::vector<Failure> LogInput::poll(std::vector<io::LogFile> const& files) {
    std::uint64_t size = 0;
    for (auto const& file : files) {
        std::error_code error;
        auto const bytes = std::filesystem::file_size(file.path, error);
        size += error || file.compressed ? 0 : bytes;
    }
    progress_.emplace(size);
    auto failures = follower_.poll(files, {}, *this);
    progress_.reset();
    for (auto& [number, log] : logs_) {
        log.flush(output_);
        log.settle_zone(output_);
    }
    return failures;
}

std::optional<std::uint64_t>
LogInput::begin(std::uint64_t number, io::LogFile const&, io::LogBytes& bytes) {
    auto& log = logs_.try_emplace(number, zone_.of_lines(), zone_.forced.has_value()).first->second;
    return start_of(bytes, log);
}

void LogInput::bytes(std::uint64_t number, std::string_view bytes) {
    // Write the pending entries of an older log before those of a newer one.
    if (auto const last = logs_.find(last_read_); number != last_read_ && last != logs_.end()) {
        last->second.flush(output_);
        last->second.settle_zone(output_);
    }
    last_read_ = number;
    feed(logs_.at(number), bytes);
}

void LogInput::end(std::uint64_t number) {
    logs_.at(number).finish(output_);
}

void LogInput::removed(std::uint64_t number) {
    done_ += logs_.at(number).counts();
    logs_.erase(number);
}

#if OUSAGE_WITH_SYSTEMD

bool LogInput::has_messages(ollama::JournalUnit const& unit) {
    auto journal = io::Journal::open(unit.name, unit.directory);
    auto message = std::string{};
    auto const first = journal ? journal->next(message) : Result<bool>(false);
    return first && *first;
}

std::optional<Failure> LogInput::read_journal(ollama::JournalUnit const& unit, bool follow) {
    auto journal = io::Journal::open(unit.name, unit.directory);
    if (!journal) {
        return journal.failure();
    }
    if (since_) {
        journal->seek(*since_);
    }
    auto log = ollama::AccessLog(zone_.of_lines(), zone_.forced.has_value());
    auto message = std::string{};
    for (;;) {
        auto const more = journal->next(message);
        if (!more) {
            return more.failure();
        }
        if (*more) {
            feed(log, message += '\n');
        } else if (follow) {
            log.flush(output_);
            log.settle_zone(output_);
            std::fflush(stdout);
            if (std::ferror(stdout) != 0) {
                return std::nullopt;
            }
            journal->wait(std::chrono::seconds(1));
        } else {
            finish(log);
            return std::nullopt;
        }
    }
}

#else

bool LogInput::has_messages(ollama::JournalUnit const&) {
    return false;
}

std::optional<Failure> LogInput::read_journal(ollama::JournalUnit const&, bool) {
    return Failure{{}, make_error_code(Errc::unsupported), "--journal: this build cannot read it"};
}

#endif

} // namespace ousage::program
