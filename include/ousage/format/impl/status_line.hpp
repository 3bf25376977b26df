#pragma once

#include <ousage/core/enum_name.hpp>
#include <ousage/format/status_line.hpp>
#include <ousage/format/view_table.hpp>
#include <ousage/json/writer.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

namespace detail {

inline void add_part(std::string& line, std::string const& value, std::string_view unit) {
    if (!value.empty()) {
        line += (line.empty() ? "" : "  ") + value + std::string(unit);
    }
}

// `llama3.2:3b +1  12.8 GiB  41 tok/s  184 today`. Without a model no speed is shown.
inline std::string plain_status(StatusView const& status) {
    auto line = std::string{};
    auto const is_up = status.state == ServerState::up;
    add_part(line, (is_up && is_urgent(status) ? "! " : "") + status.loaded, "");
    if (is_up) {
        add_part(line, status.vram, "");
        add_part(line, status.vram.empty() ? "" : status.tok_s, " tok/s");
        add_part(line, status.req_today, " today");
    } else if (status.state == ServerState::none) {
        add_part(line, status.quota_5h.empty() ? "" : "5 h " + status.quota_5h, "");
        add_part(line, status.quota_week.empty() ? "" : "week " + status.quota_week, "");
    }
    return line + (status.age.empty() ? "" : " ?" + status.age);
}

// For Pango, which interprets the texts of waybar.
inline std::string markup(std::string_view text) {
    auto escaped = std::string{};
    for (auto const character : text) {
        switch (character) {
        case '&': escaped += "&amp;"; break;
        case '<': escaped += "&lt;"; break;
        case '>': escaped += "&gt;"; break;
        default: escaped += character;
        }
    }
    return escaped;
}

inline std::string_view status_class(StatusView const& status) {
    auto const is_down =
        status.state == ServerState::down || status.state == ServerState::forbidden;
    return is_down ? "down" : enum_name(status.severity);
}

inline std::string waybar_status(StatusView const& status, View const& view) {
    auto tooltip = view_table(view, TextStyle{40, false, true});
    tooltip.erase(tooltip.find_last_not_of('\n') + 1);
    auto writer = JsonWriter(JsonStyle::compact);
    writer.open('{');
    writer.key("text");
    writer.string(markup(plain_status(status)));
    writer.key("tooltip");
    writer.string(markup(tooltip));
    writer.key("class");
    writer.string(status_class(status));
    if (status.vram_share) {
        writer.key("percentage");
        writer.number(static_cast<int>(std::lround(100 * *status.vram_share)));
    }
    writer.close('}');
    return std::move(writer).text() + "\n";
}

// The short line is the first part alone. The format requires colours as numbers.
inline std::string i3blocks_status(StatusView const& status) {
    auto const text = plain_status(status) + "\n" + status.loaded + "\n";
    if (is_urgent(status)) {
        return text + "#FF0000\n";
    }
    return status.severity == Severity::notice ? text + "#FFFF00\n" : text;
}

inline std::string tmux_status(StatusView const& status) {
    auto text = std::string{};
    for (auto const character : plain_status(status)) {
        text += character;
        if (character == '#') {
            text += character; // tmux shows `##` as `#`
        }
    }
    if (!is_urgent(status) && status.severity != Severity::notice) {
        return text + "\n";
    }
    auto const* const colour = is_urgent(status) ? "red" : "yellow";
    return "#[fg=" + std::string(colour) + "]" + text + "#[default]\n";
}

inline StatusField const* status_field(std::string_view name) {
    auto const* const found =
        std::find_if(status_fields.begin(), status_fields.end(), [name](StatusField const& field) {
            return field.name == name;
        });
    return found == status_fields.end() ? nullptr : found;
}

// Calls `literal(text)` and `field(name)` for the parts of a template in their order. Returns the
// brace that is not closed or not opened.
template <class Literal, class Name>
std::optional<std::string>
for_each_part(std::string_view text, Literal const& literal, Name const& field) {
    while (!text.empty()) {
        auto const brace = std::min(text.find_first_of("{}"), text.size());
        literal(text.substr(0, brace));
        text.remove_prefix(brace);
        if (text.starts_with("{{") || text.starts_with("}}")) {
            literal(text.substr(0, 1));
            text.remove_prefix(2);
        } else if (text.starts_with('{')) {
            auto const end = text.find('}');
            if (end == text.npos) {
                return "{";
            }
            field(text.substr(1, end - 1));
            text.remove_prefix(end + 1);
        } else if (!text.empty()) {
            return "}";
        }
    }
    return std::nullopt;
}

} // namespace detail

OUSAGE_DECL bool is_urgent(StatusView const& status) {
    return status.severity == Severity::warning || status.state == ServerState::down ||
           status.state == ServerState::forbidden;
}

OUSAGE_DECL std::string
status_line(StatusView const& status, View const& view, StatusFormat format) {
    switch (format) {
    case StatusFormat::plain: break;
    case StatusFormat::waybar: return detail::waybar_status(status, view);
    case StatusFormat::i3blocks: return detail::i3blocks_status(status);
    case StatusFormat::tmux: return detail::tmux_status(status);
    }
    return detail::plain_status(status) + "\n";
}

OUSAGE_DECL std::string fill_template(std::string_view text, StatusView const& status) {
    auto line = std::string{};
    auto const add_field = [&](std::string_view name) {
        auto const* const field = detail::status_field(name);
        line += field == nullptr ? std::string{} : status.*(field->value);
    };
    auto const add_literal = [&](std::string_view literal) { line += literal; };
    detail::for_each_part(text, add_literal, add_field);
    return line;
}

OUSAGE_DECL std::optional<std::string> unknown_field(std::string_view text) {
    auto unknown = std::optional<std::string>{};
    auto const check = [&unknown](std::string_view name) {
        if (!unknown && detail::status_field(name) == nullptr) {
            unknown = std::string(name);
        }
    };
    auto const brace = detail::for_each_part(text, [](std::string_view) {}, check);
    return unknown ? unknown : brace;
}

} // namespace OUSAGE_NAMESPACE
