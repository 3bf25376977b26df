#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/detail/engine_scan.hpp>
#include <ousage/ollama/log/detail/line_prefix.hpp>
#include <ousage/ollama/log/detail/slog_time.hpp>
#include <ousage/ollama/log/engine_record.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A record and the number of access entries before it in its log.
struct UndatedRecord {
    EngineRecord record;
    std::uint64_t entries = 0;
};

// Dates the records of one log. The engine's lines contain no time: a record has that of its own
// line's prefix, else that of the next slog line or access entry of the log. An entry is passed
// later than the lines after it if its UTC offset is not known yet, so entries are counted.
class EngineDater {
public:
    // Adds the record of the line `text`, which follows `entries` entries of the log.
    // The oldest of more than `limit` is dropped: no dated line may follow.
    void add(EngineRecord const& record, std::uint64_t entries) {
        undated_.push_back({record, entries});
        if (undated_.size() > limit) {
            undated_.pop_front();
        }
    }

    // Dates the records up to the line `text`, if it contains its time.
    template <class Sink>
    void read_line(std::string_view text, Sink&& sink) {
        auto const is_slog = may_have_level(text) && text.find(" level=") != text.npos;
        if (!is_slog && undated_.empty()) {
            return;
        }
        if (auto const time = is_slog ? slog_time(text) : prefix_time(text.substr(0, 120))) {
            date(undated_.size(), time->at, sink);
        }
    }

    // Dates the records before the next entry.
    template <class Sink>
    void read_entry(std::chrono::sys_seconds time, Sink&& sink) {
        ++entries_;
        auto const is_later = [this](UndatedRecord const& undated) {
            return undated.entries >= entries_;
        };
        auto const end = std::find_if(undated_.begin(), undated_.end(), is_later);
        date(static_cast<std::size_t>(end - undated_.begin()), time, sink);
    }

    // Returns the time of the last dated line so far; empty if there was none.
    std::optional<std::chrono::sys_seconds> last() const { return last_; }

    // Dates the remaining records by the last dated line before them.
    template <class Sink>
    void finish(Sink&& sink) {
        if (last_) {
            date(undated_.size(), *last_, sink);
        }
    }

    // Appends the records that are not dated yet, with the time of the last dated line before them.
    void
    append_undated(std::vector<std::pair<std::chrono::sys_seconds, EngineRecord>>& into) const {
        for (auto const& [record, entries] : undated_) {
            if (last_) {
                into.emplace_back(*last_, record);
            }
        }
    }

    template <class Archive>
    void archive(Archive& with) {
        with(undated_, entries_, last_);
    }

private:
    static constexpr std::size_t limit = 65536;

    template <class Sink>
    void date(std::size_t count, std::chrono::sys_seconds time, Sink&& sink) {
        last_ = time;
        for (std::size_t index = 0; index < count; ++index) {
            sink(time, undated_[index].record);
        }
        undated_.erase(undated_.begin(), undated_.begin() + static_cast<std::ptrdiff_t>(count));
    }

    std::deque<UndatedRecord> undated_; // in the order of the log
    std::uint64_t entries_ = 0;         // passed so far
    std::optional<std::chrono::sys_seconds> last_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
