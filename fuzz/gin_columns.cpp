// The line parser alone, as fast as it is; and where it is read by its columns, it is read the
// same.
#include "check.hpp"
#include <ousage/ollama/detail/gin_columns.hpp>
#include <ousage/ollama/gin_line.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const line = std::string_view(reinterpret_cast<char const*>(data), size);
    if (line.find('\n') != line.npos) {
        return 0;
    }
    auto const found = ousage::ollama::parse_gin_line(line);
    auto neighbour = ousage::ollama::detail::GinNeighbour{};
    auto columns = ousage::ollama::GinLine{};
    if (ousage::ollama::detail::read_gin_columns(
            line.data(), line.data() + line.size(), neighbour, columns) != nullptr) {
        check(found && columns.time == found->time && columns.status == found->status);
        check(columns.latency_ns == found->latency_ns && columns.client == found->client);
        check(columns.method == found->method && columns.quoted_path == found->quoted_path);
    }
    return 0;
}
