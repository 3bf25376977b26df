#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view/field.hpp>
#include <ousage/ollama/snapshot.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// One series of the last days.
struct HistoryRow {
    std::string label;                 ///< `requests`, `output tokens`
    std::vector<std::uint64_t> values; ///< of at most `shown_days`, oldest first, today last
    std::string first;                 ///< date of the first value, `11-14`
    std::string last;                  ///< date of the last value
    Field maximum;                     ///< of the values shown
    Field yesterday;                   ///< empty if the series begins today
    Field week;                        ///< sum of the last seven days, today included
};

/// Values by day.
struct HistoryView {
    static constexpr int shown_days = 28; ///< the most days of a row
    std::vector<HistoryRow> rows;
};

/// Derives the section `History`. Series of single models are not part of it.
OUSAGE_DECL HistoryView history_view(ollama::Snapshot const& snapshot);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/view/impl/history_view.hpp>
#endif
