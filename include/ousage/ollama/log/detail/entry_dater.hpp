#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/detail/entry_clock.hpp>
#include <ousage/ollama/log/detail/line_text.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Dates entries and passes them to a sink. Queues entries while their UTC offset is not known and a
// slog line may still follow.
class EntryDater {
public:
    EntryDater(Calendar calendar, bool forced) : clock_(std::move(calendar), forced) {}

    // Sets the offset of entries that no slog line precedes. No slog line is expected until the
    // next `settle`.
    void assume_offset(std::optional<std::chrono::seconds> offset) {
        clock_.assume(offset);
        expects_slog_ = false;
    }

    // Reads the UTC offset of a line, if it is a slog line, and emits the queued entries with it.
    template <class Sink>
    void read_offset(std::string_view line, Sink& sink) {
        if (clock_.read_offset(line)) {
            for (auto& [entry, own_offset, text] : take_queue()) {
                clock_.date_by_offset(entry);
                text.restore(entry.line);
                sink(entry);
            }
        }
    }

    // Emits the queued entries, dated by the calendar. A slog line is expected again.
    template <class Sink>
    void settle(Sink& sink) {
        emit_by_calendar(sink);
        expects_slog_ = true;
    }

    // Returns true if the prefix of a line may determine its offset.
    bool uses_prefixes() const noexcept { return !clock_.has_offset() && !clock_.is_forced(); }

    // Returns true if a line does not change the offset for certain.
    bool is_known_offset(std::string_view line) const { return clock_.is_known_offset(line); }

    // Returns the offset of the first slog line.
    std::optional<std::chrono::seconds> first_offset() const noexcept {
        return clock_.first_offset();
    }

    // `own_offset` is that of the line's prefix.
    template <class Sink>
    [[gnu::always_inline]] void
    emit(AccessEntry& entry, std::optional<std::chrono::seconds> own_offset, Sink& sink) {
        if (clock_.has_offset()) {
            clock_.date_by_offset(entry);
            sink(entry);
        } else if (
            clock_.is_forced() || !expects_slog_ || undated_.size() == queue_limit ||
            undated_bytes_ >= queue_byte_limit) {
            emit_by_calendar(sink);
            clock_.date_alone(entry, own_offset);
            sink(entry);
        } else {
            queue(entry, own_offset);
        }
    }

    // Returns true if the offset of the lines is known.
    bool has_offset() const noexcept { return clock_.has_offset() || clock_.is_forced(); }

    // No entry may be queued.
    template <class Archive>
    void archive(Archive& with) {
        with(clock_);
    }

private:
    // The maximum number of queued entries, and of their bytes. If one of them is reached, the
    // calendar is used.
    static constexpr std::size_t queue_limit = 10'000;
    static constexpr std::size_t queue_byte_limit = 16 * 1024 * 1024;

    std::vector<UndatedEntry> take_queue() {
        undated_bytes_ = 0;
        return std::exchange(undated_, {});
    }

    template <class Sink>
    void emit_by_calendar(Sink& sink) {
        for (auto& [entry, own_offset, text] : take_queue()) {
            clock_.date_alone(entry, own_offset);
            text.restore(entry.line);
            sink(entry);
        }
    }

    [[gnu::cold]] void queue(AccessEntry& entry, std::optional<std::chrono::seconds> own_offset) {
        auto text = LineText{};
        text.store(entry.line);
        undated_.push_back({entry, own_offset, std::move(text)});
        undated_bytes_ += undated_.back().size();
    }

    EntryClock clock_;
    std::vector<UndatedEntry> undated_;
    std::size_t undated_bytes_ = 0;
    bool expects_slog_ = true;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
