#pragma once

#include <string>

namespace ousage::program {

/// Bits of `OptionText::flags`.
enum OptionFlags : unsigned {
    repeatable = 1, ///< may occur several times
    for_log = 2,    ///< also affects `ousage log`
    show_only = 4,  ///< `variable` is only shown in the help, because `ollama::detect` reads it
    in_server = 8,  ///< section `Server` of the help
    in_cloud = 16,  ///< section `Cloud` of the help
    in_files = 32,  ///< section `Files` of the help
    in_output = 64, ///< section `Output` of the help
};

/// What the help shows of an option.
struct OptionText {
    char const* name;          ///< such as `--config`
    char const* value;         ///< placeholder of the value; in brackets: optional; empty: a flag
    char const* help;          ///< one line
    unsigned flags = 0;        ///< `OptionFlags`
    char const* variable = ""; ///< environment variable that replaces a missing option
    char const* choices = "";  ///< all values, separated by spaces; empty: any
};

/// One row of an option table. Its value is stored in a `Target`.
template <class Target>
struct Option {
    OptionText text;
    /// Parses a value, which is empty for a flag, and stores it. Returns why the value is invalid;
    /// empty if it is valid.
    std::string (*parse)(std::string const& value, Target& into);
};

/// A parser that stores the value unchanged in a member.
template <auto Member, class Target>
std::string store(std::string const& value, Target& into) {
    into.*Member = value;
    return {};
}

} // namespace ousage::program
