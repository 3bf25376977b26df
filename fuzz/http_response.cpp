// Compares our response parser with http_parser. If ours accepts a response and http_parser does
// too, the results are equal. Every way to split the input gives the same result.
#include "support/http_parser_reference.hpp"
#include <ousage/io/http/http_response.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

struct Reading {
    bool done = false;
    int status = 0;
    std::string body;
    std::size_t used = 0;

    bool operator==(Reading const&) const = default;
};

Reading read(std::string_view bytes, bool to_head, std::size_t step) {
    auto reader = ousage::io::HttpResponseReader(to_head);
    std::size_t used = 0;
    while (used < bytes.size() && !reader.done() && !reader.failure()) {
        used += reader.feed(bytes.substr(used, step));
    }
    if (!reader.done() && !reader.failure()) {
        reader.finish();
    }
    if (!reader.done()) {
        return {};
    }
    return {true, reader.response().status, reader.response().body, used};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    auto const to_head = (data[0] & 1) != 0;
    auto const bytes = std::string_view(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const whole = read(bytes, to_head, bytes.size() + 1);
    if (whole != read(bytes, to_head, 1) || whole != read(bytes, to_head, 1 + size % 13)) {
        __builtin_trap();
    }
    if (whole.done) {
        // http_parser reads a chunked body after 204 and 304; according to RFC 9112, section 6.3,
        // these responses have no body.
        auto const bodiless = whole.status == 204 || whole.status == 304;
        auto const reference = ousage::test::run_http_parser(bytes, to_head);
        if (reference && !bodiless &&
            (reference->status != whole.status || reference->body != whole.body)) {
            __builtin_trap();
        }
    }
    return 0;
}
