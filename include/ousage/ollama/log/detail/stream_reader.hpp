#pragma once

#include <ousage/config.hpp>
#include <ousage/core/outcome.hpp>
#include <ousage/io/file/log_stream.hpp>
#include <ousage/io/file/read_buffer.hpp>
#include <ousage/ollama/log/detail/single_log.hpp>
#include <ousage/ollama/log/log_observer.hpp>
#include <ousage/ollama/log/log_zone.hpp>

#include <poll.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Reads a log from a stream to its end. If a stop ends a poll, the next one resumes there.
class StreamReader {
public:
    StreamReader(int descriptor, std::string name, LogZone zone, LogObserver observer)
        : descriptor_(descriptor),
          name_(name),
          stream_(descriptor, std::move(name)),
          log_(std::move(zone), std::move(observer)) {}

    Outcome<ServerLog> poll(std::chrono::sys_seconds now, std::stop_token const& stop) {
        auto outcome = Outcome<ServerLog>{};
        log_.begin(now);
        read(stop, outcome);
        log_.publish(now, has_ended_, "no line on " + name_, outcome);
        return outcome;
    }

private:
    // Returns true if a read does not block, or if nothing more is to be read.
    bool is_readable() const {
        auto waiting = pollfd{descriptor_, POLLIN, 0};
        return ::poll(&waiting, 1, 20) > 0;
    }

    void read(std::stop_token const& stop, Outcome<ServerLog>& into) {
        auto buffer = io::ReadBuffer(256 * 1024);
        while (!has_ended_ && !stop.stop_requested()) {
            if (!is_readable()) {
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
        if (failure_) {
            into.fail({}, *failure_);
        }
        if (!has_ended_) {
            log_.settle();
        }
    }

    int descriptor_;
    std::string name_;
    io::LogStream stream_;
    SingleLog log_;
    std::optional<Failure> failure_;
    bool has_ended_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
