#pragma once

#include "example/options/option.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ousage::program {

/// What completes the value of an option.
enum class CompletionValue { none, text, file, directory };

/// Returns what completes the value of an option: the placeholder in the table decides.
inline CompletionValue completion_value(OptionText const& option) {
    auto const value = std::string_view(option.value);
    auto const name = std::string_view(option.name);
    if (value.empty()) {
        return CompletionValue::none;
    }
    if (value == "DIR") {
        return CompletionValue::directory;
    }
    // The PATH of a request or of a page is no file.
    auto const is_file = value == "FILE" || (value == "PATH" && name == "--log-file");
    return is_file ? CompletionValue::file : CompletionValue::text;
}

/// Returns the words of a text, separated by spaces.
inline std::vector<std::string> words_of(std::string_view text) {
    auto words = std::vector<std::string>();
    while (!text.empty()) {
        auto const end = text.find(' ');
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return words;
}

/// Returns the text with each `from` replaced by `to`.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

} // namespace ousage::program
