#pragma once

#include <ousage/format/view/detail/source_age.hpp>
#include <ousage/format/view/detail/speed_text.hpp>
#include <ousage/format/view/token_view.hpp>
#include <ousage/format/view/units.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline std::string input_text(ollama::EngineStatistics const& engine) {
    auto text =
        "in " + count_text(*engine.input_tokens) + speed_text(engine.input_tokens_per_second);
    auto const cached = static_cast<double>(engine.cached_input_tokens.value_or(0));
    if (cached > 0) {
        auto const share = cached / static_cast<double>(*engine.input_tokens);
        text += ", " + percent_text(100 * share) + " cached";
    }
    return text;
}

inline std::vector<Field> engine_values(ollama::EngineStatistics const& engine) {
    auto values = std::vector<Field>{};
    if (engine.output_tokens) {
        values.push_back(make_field(
            "out " + count_text(*engine.output_tokens) +
            speed_text(engine.output_tokens_per_second)));
    }
    if (engine.input_tokens) {
        values.push_back(make_field(input_text(engine)));
    }
    if (engine.cancelled_generations.value_or(0) > 0) {
        values.push_back(make_field(count_text(*engine.cancelled_generations) + " cancelled"));
    }
    if (engine.truncated_inputs.value_or(0) > 0) {
        values.push_back(
            make_field(count_text(*engine.truncated_inputs) + " truncated", Severity::warning));
    }
    return values;
}

inline std::vector<Field> cloud_values(ollama::CloudActivity const& cloud, std::string const& age) {
    auto values = std::vector<Field>{};
    if (cloud.cloud_output_tokens) {
        values.push_back(make_field("out " + count_text(*cloud.cloud_output_tokens)));
    }
    if (cloud.cloud_input_tokens) {
        values.push_back(make_field("in " + count_text(*cloud.cloud_input_tokens)));
    }
    if (cloud.cloud_requests) {
        values.push_back(make_field(count_text(*cloud.cloud_requests) + " requests"));
    }
    if (cloud.cloud_cost_usd) {
        values.push_back(make_field(dollars_text(*cloud.cloud_cost_usd)));
    }
    for (auto& value : values) {
        value.age = age;
    }
    return values;
}

} // namespace detail

OUSAGE_DECL TokenView token_view(ollama::Snapshot const& snapshot, ViewContext const& context) {
    auto view = TokenView{};
    auto const add = [&view](char const* label, std::vector<Field> values) {
        if (!values.empty()) {
            view.rows.push_back(TokenRow{label, std::move(values)});
        }
    };
    add("today", detail::engine_values(snapshot.metrics.engine.today));
    if (auto const& tokens = snapshot.metrics.desktop_activity.today.tokens) {
        auto field = make_field(count_text(*tokens));
        field.estimated = true;
        add("app today", {std::move(field)});
    }
    auto const age = detail::stale_age(snapshot, context, "cloud");
    add("cloud 24 h", detail::cloud_values(snapshot.metrics.cloud_activity.one_day, age));
    return view;
}

} // namespace OUSAGE_NAMESPACE
