#pragma once

#include <ousage/ollama/log/latency_histogram.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace OUSAGE_NAMESPACE::ollama {

OUSAGE_DECL void LatencyHistogram::merge(LatencyHistogram const& other) {
    if (other.total_ == 0) {
        return;
    }
    widen(other.first_);
    widen(other.first_ + static_cast<int>(other.counts_.size()) - 1);
    auto const offset = static_cast<std::size_t>(other.first_ - first_);
    for (std::size_t bucket = 0; bucket < other.counts_.size(); ++bucket) {
        counts_[offset + bucket] += other.counts_[bucket];
    }
    total_ += other.total_;
}

OUSAGE_DECL std::int64_t LatencyHistogram::percentile(unsigned percent) const {
    auto const rank = (total_ * percent + 99) / 100;
    std::uint64_t sum = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
        sum += counts_[bucket];
        if (sum >= rank && sum > 0) {
            return middle_of(first_ + static_cast<int>(bucket));
        }
    }
    return 0;
}

OUSAGE_DECL std::int64_t LatencyHistogram::middle_of(int index) noexcept {
    return index < 0 ? -1 - middle_of_size(-1 - index) : middle_of_size(index);
}

OUSAGE_DECL std::int64_t LatencyHistogram::middle_of_size(int index) noexcept {
    auto const shift = std::max(index / sub_count - 1, 0);
    auto const step = static_cast<std::int64_t>(index - shift * sub_count);
    return shift == 0 ? step : (step << shift) + (std::int64_t{1} << (shift - 1));
}

OUSAGE_DECL void LatencyHistogram::widen(int index) {
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

} // namespace OUSAGE_NAMESPACE::ollama
