#pragma once

#include <ousage/core/calendar.hpp>
#include <ousage/ollama/date_text.hpp>
#include <ousage/ollama/day_value.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace ousage::ollama {

/// Counts by local day, whatever the order in which instants come.
class DayCounts {
public:
    /// Days are those of `calendar`.
    explicit DayCounts(Calendar calendar) : calendar_(std::move(calendar)) {}

    DayCounts(DayCounts&&) = default;
    DayCounts& operator=(DayCounts&&) = default;

    /// Counts one.
    void add(std::chrono::sys_seconds time) {
        if (count_ == nullptr || time < begin_ || time >= end_) {
            turn_to(time);
        }
        ++*count_;
    }

    /// True where nothing was counted.
    bool empty() const noexcept { return days_.empty(); }

    /// By day from the first one with a count to `last`, zeros between. `of_last` stands in place
    /// of what was counted on that day. Empty where the first day is after it.
    std::vector<DayValue> series(std::chrono::sys_days last, std::uint64_t of_last) const {
        auto series = std::vector<DayValue>{};
        auto entry = days_.begin();
        for (auto day = entry == days_.end() ? last : entry->first; day < last;
             day += std::chrono::days(1)) {
            auto const here = entry != days_.end() && entry->first == day;
            series.push_back({date_text(day), here ? entry++->second : 0});
        }
        if (!series.empty() || of_last > 0) {
            series.push_back({date_text(last), of_last});
        }
        return series;
    }

    /// The same to the last day with a count.
    std::vector<DayValue> series() const {
        return days_.empty() ? std::vector<DayValue>{}
                             : series(days_.rbegin()->first, days_.rbegin()->second);
    }

    /// The calendar that tells the days.
    Calendar const& calendar() const noexcept { return calendar_; }

private:
    void turn_to(std::chrono::sys_seconds time) {
        auto const day = std::chrono::sys_days(calendar_.date(time));
        auto const local = std::chrono::local_days(day.time_since_epoch());
        begin_ = calendar_.to_sys(local);
        end_ = calendar_.to_sys(local + std::chrono::days(1));
        count_ = &days_[day];
    }

    Calendar calendar_;
    std::map<std::chrono::sys_days, std::uint64_t> days_;
    // The day of the last one: its neighbours are mostly of the same.
    std::chrono::sys_seconds begin_, end_;
    std::uint64_t* count_ = nullptr;
};

} // namespace ousage::ollama
