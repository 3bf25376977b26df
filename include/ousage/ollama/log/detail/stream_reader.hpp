#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/file/log_stream.hpp>
#include <ousage/io/file/read_buffer.hpp>
#include <ousage/ollama/log/detail/interim_report.hpp>
#include <ousage/ollama/log/detail/single_log.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/log_zone.hpp>
#include <ousage/ollama/log/stream_wait.hpp>

#include <poll.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads a log from a stream. Each poll resumes where the last one stopped.
class StreamReader {
public:
    StreamReader(
        int descriptor, std::string name, StreamWait wait, LogZone zone, LogObserver observer)
        : descriptor_(descriptor),
          name_(name),
          wait_(wait),
          stream_(descriptor, std::move(name)),
          log_(std::move(zone), std::move(observer)) {}

    Outcome<ServerLog>
    poll(std::chrono::sys_seconds now, std::stop_token const& stop, InterimReport interim = {}) {
        auto outcome = Outcome<ServerLog>{};
        log_.begin(now);
        auto const has_read_all = read(now, stop, interim);
        if (failure_) {
            outcome.fail({}, *failure_);
        }
        wait_ = StreamWait::none;
        log_.publish(
            now, has_read_all, "no line on " + name_ + (has_ended_ ? "" : " yet"), outcome);
        return outcome;
    }

private:
    // Returns true if a read does not block, or if nothing more is to be read.
    bool is_readable() const {
        constexpr int step = 20; // milliseconds
        auto waiting = pollfd{descriptor_, POLLIN, 0};
        return ::poll(&waiting, 1, wait_ == StreamWait::until_end ? step : 0) > 0;
    }

    // Returns whether everything was read that is there.
    bool read(std::chrono::sys_seconds now, std::stop_token const& stop, InterimReport& interim) {
        auto buffer = io::ReadBuffer(256 * 1024);
        auto is_waiting = false;
        while (!has_ended_ && !is_waiting && !stop.stop_requested()) {
            interim.offer([this, now] { return log_.so_far(now); });
            if (!is_readable()) {
                is_waiting = wait_ == StreamWait::none;
                continue;
            }
            auto const count = stream_.read(buffer.data(), buffer.size());
            if (count && *count > 0) {
                log_.feed({buffer.data(), *count});
                continue;
            }
            has_ended_ = true;
            log_.finish();
            if (!count) {
                failure_ = count.failure();
            }
        }
        if (!has_ended_) {
            log_.settle();
        }
        return has_ended_ || is_waiting;
    }

    int descriptor_;
    std::string name_;
    StreamWait wait_;
    io::LogStream stream_;
    SingleLog log_;
    std::optional<Failure> failure_;
    bool has_ended_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
