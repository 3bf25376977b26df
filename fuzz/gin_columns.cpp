// Runs the line parser alone, at full speed. Lines that are parsed by column position and from
// cached values must have the same result as a full parse.
#include "check.hpp"
#include <ousage/ollama/log/detail/gin_columns.hpp>
#include <ousage/ollama/log/gin_line.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace ousage::ollama;

void compare(std::string_view line, GinLine const& columns, Route route) {
    auto const found = parse_gin_line(line);
    check(found && columns.time == found->time && columns.status == found->status);
    check(columns.latency_ns == found->latency_ns && columns.client == found->client);
    check(columns.method == found->method && columns.quoted_path == found->quoted_path);
    check(route == route_of_quoted(found->method, found->quoted_path));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    // Parse the input twice, so that the second pass uses cached values.
    static auto text = std::string();
    text.assign(reinterpret_cast<char const*>(data), size);
    text += '\n';
    text += text;
    text.append(64, ' ');
    auto columns = detail::GinColumns();
    for (auto rest = std::string_view(text); rest.size() > 64;) {
        auto const line = rest.substr(0, rest.find('\n'));
        auto found = GinLine{};
        auto const [end, route] = columns.read(rest.data(), rest.data() + rest.size(), found);
        if (end != nullptr) {
            check(end == line.data() + line.size());
            compare(line, found, route);
        }
        rest.remove_prefix(line.size() + 1);
    }
    return 0;
}
