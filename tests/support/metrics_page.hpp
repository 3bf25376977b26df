#pragma once

#include <ousage/core/enum_name.hpp>
#include <ousage/format/prometheus.hpp>

#include <string>

namespace ousage::test {

/// Generates the table of docs/metrics.md from the description of the metric families.
inline std::string metrics_table() {
    auto text = std::string("| name | type | labels | meaning |\n| --- | --- | --- | --- |\n");
    for_each_family([&text](FamilyWriter const& one) {
        auto const& family = one.family;
        auto labels = std::string{};
        for (auto const label : family.labels) {
            if (!label.empty()) {
                labels.append(labels.empty() ? "`" : ", `").append(label) += '`';
            }
        }
        text.append("| `").append(family.name).append("` | ").append(enum_name(family.type));
        text.append(" | ").append(labels).append(labels.empty() ? "| " : " | ");
        text.append(family.help).append(" |\n");
    });
    return text;
}

} // namespace ousage::test
