// Any value of OLLAMA_HOST produces a URL.
#include <ousage/ollama/assembly/ollama_host.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = std::string_view(reinterpret_cast<char const*>(data), size);
    auto const url = ousage::ollama::parse_ollama_host(text);
    if (ousage::io::to_string(url).find("://") == std::string::npos || url.port.empty()) {
        __builtin_trap();
    }
    auto const parsed = ousage::io::parse_url(text);
    if (parsed && (parsed->host.empty() || !ousage::io::port_number(parsed->port))) {
        __builtin_trap();
    }
    return 0;
}
