#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama {

/// Counts latencies in buckets whose width is at most a 64th of their value, so a percentile is
/// within 0.8 % of the exact one. Below 128 ns it is exact. Allocates memory for the range that
/// occurs: 256 bytes per power of two. Two histograms merge without loss.
class LatencyHistogram {
public:
    /// Counts one latency in nanoseconds, which may be negative.
    void add(std::int64_t nanoseconds) {
        auto const index = index_of(nanoseconds);
        auto const place = static_cast<std::size_t>(index - first_);
        if (place >= counts_.size()) {
            widen(index);
        }
        ++counts_[static_cast<std::size_t>(index - first_)];
        ++total_;
    }

    /// Adds all latencies that another histogram has counted.
    void merge(LatencyHistogram const& other) {
        if (other.total_ == 0) {
            return;
        }
        widen(other.first_);
        widen(other.first_ + static_cast<int>(other.counts_.size()) - 1);
        auto const at = static_cast<std::size_t>(other.first_ - first_);
        for (std::size_t place = 0; place < other.counts_.size(); ++place) {
            counts_[at + place] += other.counts_[place];
        }
        total_ += other.total_;
    }

    /// Returns the number of latencies counted.
    std::uint64_t total() const noexcept { return total_; }

    /// Returns the nearest-rank percentile in nanoseconds, `percent` from 1 to 100; 0 if nothing
    /// was counted.
    std::int64_t percentile(unsigned percent) const {
        auto const rank = (total_ * percent + 99) / 100;
        std::uint64_t seen = 0;
        for (std::size_t place = 0; place < counts_.size(); ++place) {
            seen += counts_[place];
            if (seen >= rank && seen > 0) {
                return middle_of(first_ + static_cast<int>(place));
            }
        }
        return 0;
    }

private:
    static constexpr int sub_bits = 6;
    static constexpr int sub_count = 1 << sub_bits;

    // 0 to 127 have one bucket each, then 64 per power of two. Negative values are mirrored.
    static int index_of(std::int64_t value) noexcept {
        return value < 0 ? -1 - index_of_size(-(value + 1)) : index_of_size(value);
    }

    static int index_of_size(std::int64_t value) noexcept {
        auto const size = static_cast<std::uint64_t>(value);
        auto const bits = static_cast<int>(std::bit_width(size | (2 * sub_count - 1)));
        auto const shift = bits - (sub_bits + 1);
        auto const step = static_cast<int>(size >> shift);
        return shift * sub_count + step;
    }

    static std::int64_t middle_of(int index) noexcept {
        return index < 0 ? -1 - middle_of_size(-1 - index) : middle_of_size(index);
    }

    static std::int64_t middle_of_size(int index) noexcept {
        auto const shift = std::max(index / sub_count - 1, 0);
        auto const step = static_cast<std::int64_t>(index - shift * sub_count);
        return shift == 0 ? step : (step << shift) + (std::int64_t{1} << (shift - 1));
    }

    [[gnu::cold]] void widen(int index) {
        if (counts_.empty()) {
            first_ = index & ~(sub_count - 1);
            counts_.resize(sub_count);
        }
        if (index < first_) {
            auto const more = ((first_ - index) / sub_count + 1) * sub_count;
            counts_.insert(counts_.begin(), static_cast<std::size_t>(more), 0);
            first_ -= more;
        }
        auto const needed = static_cast<std::size_t>(index - first_) + 1;
        if (needed > counts_.size()) {
            counts_.resize((needed + sub_count - 1) / sub_count * sub_count);
        }
    }

    std::vector<std::uint32_t> counts_;
    int first_ = 0;
    std::uint64_t total_ = 0;
};

} // namespace OUSAGE_NAMESPACE::ollama
