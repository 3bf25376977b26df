#pragma once

#include <ousage/ollama/log/detail/engine_cursor.hpp>
#include <ousage/ollama/log/detail/engine_keys.hpp>
#include <ousage/ollama/log/detail/slog_time.hpp>
#include <ousage/ollama/log/engine_line.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

namespace detail {

inline EngineLine engine_line(EngineEvent event) noexcept {
    auto line = EngineLine{};
    line.event = event;
    return line;
}

// Parses `prompt eval time =  126000.00 ms / 16700 tokens`. Older engines print `runs`.
inline std::optional<EngineLine> parse_timing(EngineCursor cursor) noexcept {
    auto line = engine_line(EngineEvent::total);
    if (cursor.consume("prompt eval time =")) {
        line.event = EngineEvent::input_eval;
    } else if (cursor.consume("eval time =")) {
        line.event = EngineEvent::output_eval;
    } else if (!cursor.consume("total time =")) {
        return std::nullopt;
    }
    cursor.skip_spaces();
    auto const duration = cursor.read_duration(1'000'000);
    cursor.skip_spaces();
    if (!duration || !cursor.consume("ms")) {
        return std::nullopt;
    }
    cursor.skip_spaces();
    if (!cursor.consume("/")) {
        return std::nullopt;
    }
    cursor.skip_spaces();
    auto const tokens = cursor.read_number();
    cursor.skip_spaces();
    if (!tokens || !(cursor.consume("tokens") || cursor.consume("runs"))) {
        return std::nullopt;
    }
    line.tokens = *tokens;
    line.duration_ns = *duration;
    return line;
}

// Reads the number of the prompt's tokens. Older engines print it under another name.
inline std::optional<EngineLine> parse_prompt(EngineCursor cursor) noexcept {
    auto old = cursor;
    if (!cursor.seek("task.n_tokens = ")) {
        cursor = old;
        if (!cursor.seek("n_prompt_tokens = ")) {
            return std::nullopt;
        }
    }
    auto const tokens = cursor.read_whole_number();
    auto line = engine_line(EngineEvent::prompt);
    line.tokens = tokens.value_or(0);
    return tokens ? std::optional(line) : std::nullopt;
}

inline std::optional<EngineLine> parse_release(EngineCursor cursor) noexcept {
    if (!cursor.consume("n_tokens = ") && !cursor.consume("n_past = ")) {
        return std::nullopt;
    }
    auto const tokens = cursor.read_number();
    if (!tokens || !cursor.consume(", truncated = ")) {
        return std::nullopt;
    }
    auto const truncated = cursor.read_whole_number();
    if (!truncated || *truncated > 1) {
        return std::nullopt;
    }
    auto line = engine_line(EngineEvent::released);
    line.tokens = *tokens;
    line.truncated = *truncated == 1;
    return line;
}

// Parses the text after `slot NAME: id N | task N | `.
inline std::optional<EngineLine>
parse_slot_event(EngineCursor cursor, std::string_view name) noexcept {
    if (cursor.consume("processing task")) {
        return cursor.at_boundary() ? std::optional(engine_line(EngineEvent::task_started))
                                    : std::nullopt;
    }
    if (cursor.consume("new prompt,")) {
        return parse_prompt(cursor);
    }
    if (cursor.consume("cached n_tokens = ")) {
        auto const tokens = cursor.read_whole_number();
        auto line = engine_line(EngineEvent::cached);
        line.tokens = tokens.value_or(0);
        return tokens ? std::optional(line) : std::nullopt;
    }
    if (cursor.consume("stop processing: ")) {
        return parse_release(cursor);
    }
    if (name == "print_timing" && (cursor.rest().empty() || cursor.rest() == "\r")) {
        return engine_line(EngineEvent::timing_header);
    }
    return parse_timing(cursor);
}

// Parses the text after `slot `.
inline std::optional<EngineLine> parse_slot(EngineCursor cursor) noexcept {
    cursor.skip_spaces();
    auto const name = cursor.read_name();
    if (name.empty() || !cursor.consume(":") || !cursor.skip_spaces() || !cursor.consume("id") ||
        !cursor.skip_spaces()) {
        return std::nullopt;
    }
    auto const slot = cursor.read_signed();
    cursor.skip_spaces();
    if (!slot || !cursor.consume("|")) {
        return std::nullopt;
    }
    cursor.skip_spaces();
    if (!cursor.consume("task") || !cursor.skip_spaces()) {
        return std::nullopt;
    }
    auto const task = cursor.read_signed();
    cursor.skip_spaces();
    if (!task || *task < 0 || !cursor.consume("|")) {
        return std::nullopt;
    }
    cursor.skip_spaces();
    auto line = parse_slot_event(cursor, name);
    if (line) {
        line->slot = *slot;
        line->task = *task;
    }
    return line;
}

inline std::optional<EngineLine> find_slot(std::string_view line) noexcept {
    for (auto cursor = EngineCursor(line); cursor.seek("slot ");) {
        if (auto const found = parse_slot(cursor)) {
            return found;
        }
    }
    return std::nullopt;
}

inline std::optional<EngineLine> find_cancelled(std::string_view line) noexcept {
    for (auto cursor = EngineCursor(line); cursor.seek("cancel task, id_task = ");) {
        auto number = cursor;
        if (auto const task = number.read_whole_number()) {
            auto found = engine_line(EngineEvent::cancelled);
            found.task = static_cast<std::int64_t>(*task);
            return found;
        }
    }
    return std::nullopt;
}

inline std::optional<EngineLine> find_offloaded(std::string_view line) noexcept {
    for (auto cursor = EngineCursor(line); cursor.seek("offloaded ");) {
        auto numbers = cursor;
        auto const some = numbers.read_number();
        auto const has_slash = numbers.consume("/");
        auto const all = numbers.read_number();
        if (some && has_slash && all && numbers.consume(" layers")) {
            auto found = engine_line(EngineEvent::layers_offloaded);
            found.tokens = *some;
            found.limit = *all;
            return found;
        }
    }
    return std::nullopt;
}

// Finds a timing line without a prefix: its first word begins the line or follows a space.
inline std::optional<EngineLine> find_timing(std::string_view line) noexcept {
    for (auto at = line.find("l time ="); at != line.npos; at = line.find("l time =", at + 1)) {
        for (std::string_view const word : {"prompt eva", "eva", "tota"}) {
            auto const head = line.substr(0, at);
            if (!head.ends_with(word)) {
                continue;
            }
            auto const start = at - word.size();
            auto const is_start = start == 0 || line[start - 1] == ' ' || line[start - 1] == '\t';
            auto const found = parse_timing(EngineCursor(line.substr(start)));
            if (is_start && found) {
                return found;
            }
        }
    }
    return std::nullopt;
}

// Returns the value of an attribute of a slog line, without quotes. `key` includes the space before
// it and the equals sign.
inline std::string_view attribute_of(std::string_view text, std::string_view key) noexcept {
    auto cursor = EngineCursor(text);
    if (!cursor.seek(key)) {
        return {};
    }
    auto const is_quoted = cursor.consume("\"");
    auto const end = cursor.rest().find_first_of(is_quoted ? "\"" : " \t\r");
    return cursor.rest().substr(0, end);
}

// Returns the 64 hexadecimal digits after `sha256-`, as in the path of a blob.
inline std::string_view digest_in(std::string_view text) noexcept {
    auto cursor = EngineCursor(text);
    if (!cursor.seek("sha256-")) {
        return {};
    }
    auto const end = cursor.rest().find_first_not_of("0123456789abcdef");
    auto const digits = cursor.rest().substr(0, end);
    return digits.size() == 64 ? digits : std::string_view();
}

inline std::optional<EngineLine> with_text(EngineEvent event, std::string_view text) noexcept {
    auto line = engine_line(event);
    line.text = text;
    return line;
}

inline std::optional<EngineLine> parse_truncation(std::string_view attributes) noexcept {
    auto const prompt = EngineCursor(attribute_of(attributes, " prompt=")).read_whole_number();
    auto const cut = EngineCursor(attribute_of(attributes, " new=")).read_whole_number();
    auto line = engine_line(EngineEvent::input_truncated);
    line.tokens = prompt.value_or(0);
    line.limit = cut.value_or(0);
    return line;
}

// Parses the text after ` msg="`.
inline std::optional<EngineLine> parse_message(EngineCursor cursor) noexcept {
    if (cursor.consume("truncating input prompt\"")) {
        return parse_truncation(cursor.rest());
    }
    if (cursor.consume("starting llama-server\"")) {
        auto const command = attribute_of(cursor.rest(), " cmd=");
        auto const model = command.find("--model ");
        return with_text(
            EngineEvent::engine_starting,
            digest_in(model == command.npos ? std::string_view() : command.substr(model)));
    }
    if (cursor.consume("loading model via llama-server\"")) {
        return with_text(
            EngineEvent::model_loading, digest_in(attribute_of(cursor.rest(), " model=")));
    }
    if (cursor.consume("llama-server started in ")) {
        auto line = engine_line(EngineEvent::engine_started);
        auto const duration = cursor.read_duration(1'000'000'000);
        line.duration_ns = duration.value_or(0);
        return duration && cursor.consume(" seconds\"") ? std::optional(line) : std::nullopt;
    }
    if (cursor.consume("template selection\"")) {
        auto const name = attribute_of(cursor.rest(), " model=");
        return name.empty() ? std::nullopt : with_text(EngineEvent::template_selected, name);
    }
    if (cursor.consume("loaded runners\"")) {
        auto const count = EngineCursor(attribute_of(cursor.rest(), " count=")).read_whole_number();
        auto line = engine_line(EngineEvent::runners_loaded);
        line.tokens = count.value_or(0);
        return count ? std::optional(line) : std::nullopt;
    }
    if (cursor.consume("inference compute\"")) {
        return with_text(EngineEvent::compute_found, attribute_of(cursor.rest(), " library="));
    }
    return cursor.consume("Listening on ") ? std::optional(engine_line(EngineEvent::server_started))
                                           : std::nullopt;
}

// Parses a slog line of Ollama.
inline std::optional<EngineLine> parse_slog(std::string_view line) noexcept {
    if (line.find("msg=\"") == line.npos) {
        return std::nullopt; // most lines; the search for a space would find many
    }
    auto cursor = EngineCursor(line);
    if (!cursor.seek(" level=") || !cursor.seek(" msg=\"")) {
        return std::nullopt;
    }
    auto const found = parse_message(cursor);
    return found && slog_time(line) ? found : std::nullopt;
}

} // namespace detail

OUSAGE_DECL std::optional<EngineLine> parse_engine_line(std::string_view line) noexcept {
    auto cursor = detail::EngineCursor(line);
    auto const is_slot = cursor.consume("slot ");
    if (is_slot) { // most lines
        if (auto const found = detail::parse_slot(cursor)) {
            return found;
        }
    }
    auto const keys = detail::find_engine_keys(cursor.rest());
    if (auto const found = keys.slot ? detail::find_slot(cursor.rest()) : std::nullopt) {
        return found;
    }
    if (auto const found = keys.message ? detail::parse_slog(line) : std::nullopt) {
        return found;
    }
    if (auto const found = keys.cancel ? detail::find_cancelled(line) : std::nullopt) {
        return found;
    }
    if (auto const found = keys.offloaded ? detail::find_offloaded(line) : std::nullopt) {
        return found;
    }
    return keys.time && !is_slot && line.find("slot ") == line.npos ? detail::find_timing(line)
                                                                    : std::nullopt;
}

} // namespace OUSAGE_NAMESPACE::ollama
