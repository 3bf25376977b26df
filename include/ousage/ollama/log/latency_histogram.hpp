#pragma once

#include <ousage/config.hpp>

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
        if (static_cast<std::size_t>(index - first_) >= counts_.size()) {
            widen(index);
        }
        ++counts_[static_cast<std::size_t>(index - first_)];
        ++total_;
    }

    /// Adds all latencies that another histogram has counted.
    void merge(LatencyHistogram const& other);

    /// Returns the number of latencies counted.
    std::uint64_t total() const noexcept { return total_; }

    /// Returns the nearest-rank percentile in nanoseconds, `percent` from 1 to 100; 0 if nothing
    /// was counted.
    std::int64_t percentile(unsigned percent) const;

    // Reads or writes all members: see detail/state_archive.hpp.
    template <class Archive>
    void archive(Archive& with) {
        with(counts_, first_, total_);
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

    // The middle of a bucket.
    static std::int64_t middle_of(int index) noexcept;
    static std::int64_t middle_of_size(int index) noexcept;

    [[gnu::cold]] void widen(int index);

    std::vector<std::uint32_t> counts_;
    int first_ = 0;
    std::uint64_t total_ = 0;
};

} // namespace OUSAGE_NAMESPACE::ollama

#if !OUSAGE_COMPILED
#    include <ousage/ollama/log/impl/latency_histogram.hpp>
#endif
