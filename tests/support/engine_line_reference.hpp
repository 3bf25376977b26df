#pragma once

#include <ousage/ollama/log/detail/slog_time.hpp>
#include <ousage/ollama/log/engine_line.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace ousage::test {

/// Returns the fields of an engine line as text, for comparison with the reference parser.
inline std::string engine_fields(std::string_view line) {
    auto const found = ollama::parse_engine_line(line);
    if (!found) {
        return "";
    }
    return std::to_string(static_cast<int>(found->event)) + " " + std::to_string(found->slot) +
           " " + std::to_string(found->task) + " " + std::to_string(found->tokens) + " " +
           std::to_string(found->limit) + " " + std::to_string(found->duration_ns) + " " +
           (found->truncated ? "1" : "0") + " " + std::string(found->text);
}

namespace reference {

using Event = ollama::EngineEvent;

// The fields of `engine_fields`, unconverted where possible.
struct EngineFields {
    Event event;
    std::string slot = "-1", task = "-1", tokens = "0", limit = "0", duration = "0";
    std::string truncated = "0", text;

    std::string join() const {
        return std::to_string(static_cast<int>(event)) + " " + slot + " " + task + " " + tokens +
               " " + limit + " " + duration + " " + truncated + " " + text;
    }
};

// Removes leading zeros, and the sign of zero.
inline std::string plain_number(std::string text) {
    auto const is_negative = text.starts_with("-");
    text.erase(0, is_negative ? 1 : 0);
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return (is_negative && text != "0" ? "-" : "") + text;
}

// Shifts the decimal point to the right and drops the digits after it.
inline std::string shift(std::string const& whole, std::string fraction, std::size_t digits) {
    fraction.resize(digits, '0');
    return plain_number(whole + fraction);
}

// The number `text` starts with; empty if it has more than 18 digits or if the text after it
// continues a word.
inline std::string whole_number(std::string const& text) {
    static auto const pattern = std::regex("([0-9]{1,18})(?![^ ,\r\t])");
    auto found = std::smatch{};
    auto const flags = std::regex_constants::match_continuous;
    return std::regex_search(text, found, pattern, flags) ? plain_number(found[1]) : "";
}

inline std::string number_after(std::string const& text, std::string const& key) {
    auto const at = text.find(key);
    return at == text.npos ? "" : whole_number(text.substr(at + key.size()));
}

inline std::optional<EngineFields> timing(std::string const& text) {
    static auto const pattern =
        std::regex("(prompt eval|eval|total) time = *([0-9]{1,18})(?:\\.([0-9]+))? *ms */ *"
                   "([0-9]{1,18}) *(?:tokens|runs)");
    auto found = std::smatch{};
    if (!std::regex_search(text, found, pattern, std::regex_constants::match_continuous) ||
        plain_number(found[2]).size() > 9) {
        return std::nullopt;
    }
    auto fields = EngineFields{};
    fields.event = found[1] == "total"  ? Event::total
                   : found[1] == "eval" ? Event::output_eval
                                        : Event::input_eval;
    fields.tokens = plain_number(found[4]);
    fields.duration = shift(found[2], found[3], 6);
    return fields;
}

inline std::optional<EngineFields> slot_event(std::string const& name, std::string const& rest) {
    auto fields = EngineFields{};
    auto const starts = [&rest](std::string const& text) { return rest.rfind(text, 0) == 0; };
    auto const ends_at = [&rest](std::size_t at) {
        return at == rest.size() || std::string(" ,\r\t").find(rest[at]) != std::string::npos;
    };
    if (starts("processing task")) {
        fields.event = Event::task_started;
        return ends_at(15) ? std::optional(fields) : std::nullopt;
    }
    if (starts("new prompt,")) {
        auto const is_new = rest.find("task.n_tokens = ") != rest.npos;
        fields.event = Event::prompt;
        fields.tokens = number_after(rest, is_new ? "task.n_tokens = " : "n_prompt_tokens = ");
    } else if (starts("cached n_tokens = ")) {
        fields.event = Event::cached;
        fields.tokens = whole_number(rest.substr(18));
    } else if (starts("stop processing: ")) {
        static auto const pattern =
            std::regex("stop processing: (?:n_tokens|n_past) = ([0-9]{1,18}), truncated = "
                       "(0{0,17}[01])(?![^ ,\r\t])");
        auto found = std::smatch{};
        auto const flags = std::regex_constants::match_continuous;
        if (!std::regex_search(rest, found, pattern, flags)) {
            return std::nullopt;
        }
        fields.event = Event::released;
        fields.tokens = plain_number(found[1]);
        fields.truncated = plain_number(found[2]);
    } else if (name == "print_timing" && (rest.empty() || rest == "\r")) {
        fields.event = Event::timing_header;
    } else {
        return timing(rest);
    }
    return fields.tokens.empty() ? std::nullopt : std::optional(fields);
}

inline std::optional<EngineFields> slot_line(std::string const& line) {
    static auto const pattern =
        std::regex("slot +([^ :]+): +id +(-?[0-9]{1,18}) *\\| *task +(-?[0-9]{1,18}) *\\| *");
    for (auto at = line.find("slot "); at != line.npos; at = line.find("slot ", at + 1)) {
        auto const text = line.substr(at);
        auto found = std::smatch{};
        auto const flags = std::regex_constants::match_continuous;
        if (!std::regex_search(text, found, pattern, flags)) {
            continue;
        }
        auto const task = plain_number(found[3]);
        auto fields = slot_event(found[1], found.suffix());
        if (fields && !task.starts_with("-")) {
            fields->slot = plain_number(found[2]);
            fields->task = task;
            return fields;
        }
    }
    return std::nullopt;
}

inline std::string attribute(std::string const& text, std::string const& key) {
    auto const at = text.find(" " + key + "=");
    if (at == text.npos) {
        return "";
    }
    auto const value = text.substr(at + key.size() + 2);
    return value.starts_with("\"") ? value.substr(1, value.find('"', 1) - 1)
                                   : value.substr(0, value.find_first_of(" \t\r"));
}

inline std::string digest(std::string const& text) {
    auto const at = text.find("sha256-");
    auto digits = at == text.npos ? "" : text.substr(at + 7);
    digits = digits.substr(0, digits.find_first_not_of("0123456789abcdef"));
    return digits.size() == 64 ? digits : "";
}

inline std::optional<EngineFields> slog_line(std::string const& line) {
    auto const level = line.find(" level=");
    auto const at = level == line.npos ? line.npos : line.find(" msg=\"", level);
    if (at == line.npos || !ollama::detail::slog_time(line)) {
        return std::nullopt;
    }
    auto const text = line.substr(at + 6);
    auto const is = [&text](std::string const& message) { return text.rfind(message, 0) == 0; };
    auto fields = EngineFields{};
    auto const zero_if_empty = [](std::string const& number) {
        return number.empty() ? "0" : number;
    };
    if (is("truncating input prompt\"")) {
        fields.event = Event::input_truncated;
        fields.tokens = zero_if_empty(whole_number(attribute(text, "prompt")));
        fields.limit = zero_if_empty(whole_number(attribute(text, "new")));
    } else if (is("starting llama-server\"")) {
        auto const command = attribute(text, "cmd");
        auto const model = command.find("--model ");
        fields.event = Event::engine_starting;
        fields.text = model == command.npos ? "" : digest(command.substr(model));
    } else if (is("loading model via llama-server\"")) {
        fields.event = Event::model_loading;
        fields.text = digest(attribute(text, "model"));
    } else if (is("llama-server started in ")) {
        static auto const pattern =
            std::regex("llama-server started in ([0-9]{1,18})(?:\\.([0-9]+))? seconds\"");
        auto found = std::smatch{};
        auto const flags = std::regex_constants::match_continuous;
        if (!std::regex_search(text, found, pattern, flags) || plain_number(found[1]).size() > 9) {
            return std::nullopt;
        }
        fields.event = Event::engine_started;
        fields.duration = shift(found[1], found[2], 9);
    } else if (is("template selection\"")) {
        fields.event = Event::template_selected;
        fields.text = attribute(text, "model");
        return fields.text.empty() ? std::nullopt : std::optional(fields);
    } else if (is("loaded runners\"")) {
        fields.event = Event::runners_loaded;
        fields.tokens = whole_number(attribute(text, "count"));
        return fields.tokens.empty() ? std::nullopt : std::optional(fields);
    } else if (is("inference compute\"")) {
        fields.event = Event::compute_found;
        fields.text = attribute(text, "library");
    } else if (is("Listening on ")) {
        fields.event = Event::server_started;
    } else {
        return std::nullopt;
    }
    return fields;
}

inline std::optional<EngineFields> other_line(std::string const& line) {
    static auto const cancel = std::regex("cancel task, id_task = ([0-9]{1,18})(?![^ ,\r\t])");
    static auto const layers = std::regex("offloaded ([0-9]{1,18})/([0-9]{1,18}) layers");
    auto found = std::smatch{};
    auto fields = EngineFields{};
    if (std::regex_search(line, found, cancel)) {
        fields.event = Event::cancelled;
        fields.task = plain_number(found[1]);
        return fields;
    }
    if (std::regex_search(line, found, layers)) {
        fields.event = Event::layers_offloaded;
        fields.tokens = plain_number(found[1]);
        fields.limit = plain_number(found[2]);
        return fields;
    }
    for (std::size_t at = 0; line.find("slot ") == line.npos && at < line.size(); ++at) {
        auto const is_start = at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t';
        if (auto const of_task = is_start ? timing(line.substr(at)) : std::nullopt) {
            return of_task;
        }
    }
    return std::nullopt;
}

} // namespace reference

/// The slow reference parser: the fields of an engine line as text; empty if it is none. Lines of
/// more than a few thousand bytes exhaust the stack of std::regex.
inline std::string engine_reference(std::string const& line) {
    for (auto const read : {&reference::slot_line, &reference::slog_line, &reference::other_line}) {
        if (auto const fields = read(line)) {
            return fields->join();
        }
    }
    return "";
}

} // namespace ousage::test
