// Compares content negotiation (format and encoding) with a slow reference implementation. The
// first line is the Accept header, the rest is Accept-Encoding.
#include "check.hpp"
#include "support/accept_reference.hpp"
#include <ousage/format/prometheus/accept.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const input = std::string(reinterpret_cast<char const*>(data), size);
    auto const end = input.find('\n');
    auto const accept = input.substr(0, end);
    auto const encoding = end == input.npos ? "" : input.substr(end + 1);
    auto const format = ousage::negotiate_exposition(accept);
    auto const gzip = ousage::accepts_gzip(encoding);
    if (accept.size() <= 300) {
        auto const wanted = ousage::test::AcceptReference(accept).wants_open_metrics();
        check((format == ousage::ExpositionFormat::open_metrics) == wanted);
    }
    if (encoding.size() <= 300) {
        check(gzip == ousage::test::AcceptReference(encoding).wants_gzip());
    }
    return 0;
}
