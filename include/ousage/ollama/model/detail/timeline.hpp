#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

using Moment = std::chrono::sys_time<std::chrono::nanoseconds>;

// (after, until]
struct Span {
    Moment after;
    Moment until;
};

// Amounts of `Count` kinds by time. Returns their sum over any span.
template <std::size_t Count>
class Timeline {
public:
    using Amounts = std::array<std::uint64_t, Count>;

    void add(Moment time, Amounts const& amounts) { entries_.push_back({time, amounts}); }

    // Must be called once, after all entries are added. Each entry then contains the sum of all
    // entries up to it.
    void seal() {
        std::sort(entries_.begin(), entries_.end(), [](Entry const& left, Entry const& right) {
            return left.time < right.time;
        });
        auto sum = Amounts{};
        for (auto& entry : entries_) {
            for (std::size_t index = 0; index < Count; ++index) {
                sum[index] +=
                    std::exchange(entry.amounts[index], sum[index] + entry.amounts[index]);
            }
        }
    }

    Amounts sum(Span span) const {
        auto amounts = up_to(span.until);
        auto const before = up_to(span.after);
        for (std::size_t index = 0; index < Count; ++index) {
            amounts[index] -= before[index];
        }
        return amounts;
    }

private:
    struct Entry {
        Moment time;
        Amounts amounts;
    };

    Amounts up_to(Moment time) const {
        auto const after = std::upper_bound(
            entries_.begin(), entries_.end(), time,
            [](Moment moment, Entry const& entry) { return moment < entry.time; });
        return after == entries_.begin() ? Amounts{} : std::prev(after)->amounts;
    }

    std::vector<Entry> entries_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
