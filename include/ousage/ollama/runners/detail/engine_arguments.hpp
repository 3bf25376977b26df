#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/model/detail/blob_digest.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The arguments of an engine process. Absent if they are missing or malformed.
struct EngineArguments {
    std::optional<std::string> digest;
    std::optional<std::uint16_t> port;
    std::optional<std::uint64_t> context_length;
    std::optional<std::uint64_t> slots;
};

template <class T>
std::optional<T> positive_number(std::string_view text) {
    auto number = T{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    auto const is_whole = error == std::errc() && end == text.data() + text.size();
    return is_whole && number > 0 ? std::optional(number) : std::nullopt;
}

inline void
read_engine_argument(std::string_view key, std::string_view value, EngineArguments& into) {
    if (key == "--model" || key == "-m") {
        into.digest = digest_of_blob(value);
    } else if (key == "--port") {
        into.port = positive_number<std::uint16_t>(value);
    } else if (key == "-c" || key == "--ctx-size") {
        into.context_length = positive_number<std::uint64_t>(value);
    } else if (key == "-np" || key == "--parallel") {
        into.slots = positive_number<std::uint64_t>(value);
    }
}

// Reads the command line of `llama-server` or `ollama runner`: `--key value` or `--key=value`. The
// last one of several counts.
inline EngineArguments parse_engine_arguments(std::span<std::string const> arguments) {
    auto parsed = EngineArguments{};
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        auto const argument = std::string_view(arguments[at]);
        auto const equals = argument.find('=');
        if (equals != argument.npos) {
            read_engine_argument(argument.substr(0, equals), argument.substr(equals + 1), parsed);
        } else if (argument.starts_with('-') && at + 1 < arguments.size()) {
            read_engine_argument(argument, arguments[at + 1], parsed);
        }
    }
    return parsed;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
