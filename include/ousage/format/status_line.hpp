#pragma once

#include <ousage/config.hpp>
#include <ousage/format/view.hpp>
#include <ousage/format/view/status_view.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

/// The program that shows a status line.
enum class StatusFormat {
    plain,    ///< one line of text
    waybar,   ///< one line of JSON: text, tooltip, class, percentage
    i3blocks, ///< a long line, a short line and, if attention is needed, a colour
    tmux,     ///< one line with `#[fg=…]`
};

/// A field of a template.
struct StatusField {
    std::string_view name;           ///< without braces
    std::string_view meaning;        ///< human-readable
    std::string StatusView::* value; ///< its text
};

/// The fields of a template.
inline constexpr std::array<StatusField, 13> status_fields{{
    {"loaded", "models in memory", &StatusView::loaded},
    {"vram", "GPU memory of the models", &StatusView::vram},
    {"gpu", "GPU utilization", &StatusView::gpu},
    {"running", "requests running now", &StatusView::running},
    {"tok_s", "output tokens per second today", &StatusView::tok_s},
    {"tokens_today", "output tokens today", &StatusView::tokens_today},
    {"req_today", "requests today", &StatusView::req_today},
    {"req_5h", "requests of the last 5 hours", &StatusView::req_5h},
    {"errors_today", "failed requests today", &StatusView::errors_today},
    {"quota_5h", "quota used of 5 hours", &StatusView::quota_5h},
    {"quota_week", "quota used of a week", &StatusView::quota_week},
    {"version", "version of Ollama", &StatusView::version},
    {"age", "age of stale values", &StatusView::age},
}};

/// Formats a status line for a program, with its newlines. Texts are escaped as the program needs
/// it. `view` is the tooltip of `waybar`.
OUSAGE_DECL std::string
status_line(StatusView const& status, View const& view, StatusFormat format);

/// Replaces the fields of a template, such as `{loaded} {vram}`. `{{` and `}}` are braces. Spaces
/// around fields without a value are kept. Unknown fields are empty: see `unknown_field`.
OUSAGE_DECL std::string fill_template(std::string_view text, StatusView const& status);

/// Returns the first field of a template that does not exist, or `{` or `}` if a brace is not
/// closed or not opened; empty if the template is valid.
OUSAGE_DECL std::optional<std::string> unknown_field(std::string_view text);

/// Returns whether a status needs attention now. i3blocks shows it as urgent.
OUSAGE_DECL bool is_urgent(StatusView const& status);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/impl/status_line.hpp>
#endif
