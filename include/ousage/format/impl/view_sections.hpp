#pragma once

#include <ousage/format/detail/view_header_line.hpp>
#include <ousage/format/detail/view_sections.hpp>
#include <ousage/format/view_sections.hpp>

#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL std::vector<std::string>
view_header_lines(HeaderView const& header, TextStyle const& style) {
    return detail::header_lines(header, style);
}

OUSAGE_DECL std::vector<ViewSection> view_sections(View const& view, TextStyle const& style) {
    auto sections = std::vector<ViewSection>{};
    auto const add = [&sections](char const* title, std::string note, detail::Lines lines) {
        if (!lines.empty()) {
            sections.push_back(ViewSection{title, std::move(note), std::move(lines)});
        }
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
    return sections;
}

} // namespace OUSAGE_NAMESPACE
