#pragma once

#include <ousage/config.hpp>
#include <ousage/core/calendar.hpp>
#include <ousage/ollama/model/date_text.hpp>
#include <ousage/ollama/model/day_value.hpp>
#include <ousage/ollama/model/detail/timeline.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Returns the local day of an instant. Consecutive instants of the same day are cheap, because the
// day is cached.
class LocalDay {
public:
    explicit LocalDay(Calendar calendar) : calendar_(std::move(calendar)) {}

    std::chrono::sys_days of(Moment time) {
        return of(std::chrono::floor<std::chrono::seconds>(time));
    }

    std::chrono::sys_days of(std::chrono::sys_seconds at) {
        if (at < start_ || at >= end_) {
            cache_day(at);
        }
        return day_;
    }

    Calendar const& calendar() const noexcept { return calendar_; }

private:
    [[gnu::cold]] void cache_day(std::chrono::sys_seconds at) {
        start_ = calendar_.midnight(at);
        end_ = calendar_.midnight(start_ + std::chrono::hours(26));
        day_ = calendar_.date(at);
    }

    Calendar calendar_;
    std::chrono::sys_seconds start_{};
    std::chrono::sys_seconds end_{};
    std::chrono::sys_days day_{};
};

// A count for each day that has one.
class DayCounts {
public:
    DayCounts() = default;
    DayCounts(DayCounts const&) = delete;
    DayCounts(DayCounts&&) = default;
    DayCounts& operator=(DayCounts const&) = delete;
    DayCounts& operator=(DayCounts&&) = default;
    ~DayCounts() = default;

    void add(std::chrono::sys_days day, std::uint64_t amount) {
        // Consecutive rows are usually of the same day.
        if (last_ == nullptr || day != last_day_) {
            select(day);
        }
        *last_ += amount;
    }

    // Returns the length of the series that ends with `today`, 0 if there is none.
    std::size_t length(std::chrono::sys_days today) const {
        return days_.empty() ? 0
                             : static_cast<std::size_t>((today - days_.begin()->first).count() + 1);
    }

    // Returns the counts from the first day to `today`, with zeros between. No day may be after
    // `today`.
    std::vector<DayValue> series(std::chrono::sys_days today) const {
        auto values = std::vector<DayValue>{};
        values.reserve(length(today));
        for (auto const& [day, value] : days_) {
            extend(values, day);
            values.push_back({date_text(day), value});
        }
        if (!values.empty()) {
            extend(values, today + std::chrono::days(1));
        }
        return values;
    }

    // Returns the series that ends with the last day that has a count.
    std::vector<DayValue> series() const {
        return days_.empty() ? std::vector<DayValue>{} : series(days_.rbegin()->first);
    }

    // Returns the series that ends with `today`, whose count is `of_today`. Later days are omitted.
    std::vector<DayValue> series(std::chrono::sys_days today, std::uint64_t of_today) const {
        auto until_today = DayCounts();
        for (auto day = days_.begin(); day != days_.lower_bound(today); ++day) {
            until_today.add(day->first, day->second);
        }
        if (of_today > 0) {
            until_today.add(today, of_today);
        }
        return until_today.series(today);
    }

    template <class Archive>
    void archive(Archive& with) {
        with(days_);
        last_ = nullptr;
    }

private:
    [[gnu::cold]] void select(std::chrono::sys_days day) {
        last_ = &days_[day];
        last_day_ = day;
    }

    // Appends zeros up to the day before `day`, if the series is not empty.
    void extend(std::vector<DayValue>& values, std::chrono::sys_days day) const {
        if (!values.empty()) {
            auto const first = days_.begin()->first;
            auto const size = static_cast<std::size_t>((day - first).count());
            while (values.size() < size) {
                auto const next = first + std::chrono::days(values.size());
                values.push_back({date_text(next), 0});
            }
        }
    }

    std::map<std::chrono::sys_days, std::uint64_t> days_;
    std::chrono::sys_days last_day_{};
    std::uint64_t* last_ = nullptr;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
