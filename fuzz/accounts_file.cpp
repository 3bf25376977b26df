// Any accounts file produces accounts or a one-line error that contains the file name.
#include <ousage/ollama/assembly/accounts_file.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = std::string_view(reinterpret_cast<char const*>(data), size);
    auto const accounts = ousage::ollama::parse_accounts(text, "config.json", "/home/x/.ollama");
    auto const good =
        accounts ? !accounts->empty() : accounts.failure().text.starts_with("config.json:");
    if (!good) {
        __builtin_trap();
    }
    return 0;
}
