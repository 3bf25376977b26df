#pragma once

#include <ousage/config.hpp>
#include <ousage/io/platform/process_table.hpp>

#include <optional>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama {

/// True if a process of that name may be an Ollama server or `ollama runner`. NixOS renames
/// programs that it wraps.
constexpr bool is_ollama_name(std::string_view name) noexcept {
    return name == "ollama" || name == ".ollama-wrapped" || name == "ollama.exe";
}

/// True if a process of that name may be an engine process. The kernel truncates names to 15 bytes.
constexpr bool is_engine_name(std::string_view name) noexcept {
    return name == "llama-server" || name == ".llama-server-w" || name == "ollama_llama_se";
}

/// True if the process is an Ollama server, or an engine process that one started. A `llama-server`
/// that runs on its own, or whose server ended, is none.
inline bool is_of_ollama(io::Process const& process, io::ProcessTable const& table) {
    if (is_ollama_name(process.name)) {
        return true;
    }
    auto const parent = is_engine_name(process.name) ? table.at(process.parent) : std::nullopt;
    return parent && is_ollama_name(parent->name);
}

} // namespace OUSAGE_NAMESPACE::ollama
