#pragma once

#include <ousage/format/detail/view_header_line.hpp>
#include <ousage/format/detail/view_sections.hpp>
#include <ousage/format/text/grid.hpp>
#include <ousage/format/view_table.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Appends a section, if it has lines.
inline void append_section(
    std::string& text, std::string_view title, std::string const& note, Lines const& lines,
    TextStyle const& style) {
    if (lines.empty()) {
        return;
    }
    text += rule_line(title, note, style) + "\n";
    for (auto const& line : lines) {
        text += line + "\n";
    }
}

} // namespace detail

OUSAGE_DECL std::string view_table(View const& view, TextStyle const& style) {
    auto text = std::string{};
    for (auto const& line : detail::header_lines(view.header, style)) {
        text += line + "\n";
    }
    auto const add = [&](std::string_view title, std::string const& note,
                         detail::Lines const& lines) {
        detail::append_section(text, title, note, lines, style);
    };
    auto const& vram = view.loaded.vram.text;
    add("Loaded", vram.empty() ? vram : "VRAM " + vram, detail::loaded_lines(view.loaded, style));
    add("GPU", "", detail::gpu_lines(view.gpu, style));
    add("Tokens", "", detail::token_lines(view.tokens, style));
    add("Requests", view.requests.from, detail::request_lines(view.requests, style));
    add("Quota", view.quota.plan, detail::quota_lines(view.quota, style));
    add("Sources", "", detail::source_lines(view.sources, style));
    add("History", "", detail::history_lines(view.history, style));
    auto const& storage = view.models.storage;
    add("Models", storage.empty() ? storage : storage + " on disk",
        detail::model_lines(view.models, style));
    return text;
}

} // namespace OUSAGE_NAMESPACE
