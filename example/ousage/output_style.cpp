#include "example/ousage/output_style.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string>
#include <system_error>

namespace ousage::program {

namespace {

constexpr std::size_t narrowest = 40;
constexpr std::size_t default_width = 80;
constexpr std::size_t widest = 200;

// Returns a variable; empty if it is not set.
std::string variable(ollama::Environment const& environment, char const* name) {
    return environment(name).value_or("");
}

// Parses a positive number; 0 if the text is none.
std::size_t number_of(std::string const& text) {
    std::size_t number = 0;
    auto const* const end = text.data() + text.size();
    auto const [next, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && next == end ? number : 0;
}

// The first variable that is set decides, as in setlocale.
bool is_utf8(ollama::Environment const& environment) {
    for (auto const* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        auto locale = variable(environment, name);
        if (locale.empty()) {
            continue;
        }
        std::transform(locale.begin(), locale.end(), locale.begin(), [](unsigned char character) {
            return static_cast<char>(std::tolower(character));
        });
        return locale.find("utf-8") != locale.npos || locale.find("utf8") != locale.npos;
    }
    return false;
}

// Returns the width of the terminal; empty if standard output is none, 0 if it is unknown.
std::optional<std::size_t> terminal_columns() {
    if (::isatty(STDOUT_FILENO) == 0) {
        return std::nullopt;
    }
    auto size = winsize{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? static_cast<std::size_t>(size.ws_col)
                                                          : 0;
}

} // namespace

TextStyle output_style(ollama::Environment const& environment, std::optional<std::size_t> columns) {
    auto style = TextStyle{};
    auto const forced = number_of(variable(environment, "COLUMNS"));
    auto const width = forced > 0 ? forced : columns.value_or(0);
    style.width = width > 0 ? std::clamp(width, narrowest, widest) : default_width;
    style.colour = columns && variable(environment, "NO_COLOR").empty() &&
                   variable(environment, "TERM") != "dumb";
    style.unicode = is_utf8(environment);
    return style;
}

TextStyle standard_output_style() {
    return output_style(&ollama::process_environment, terminal_columns());
}

} // namespace ousage::program
