// Feeds client data to the request watch in one piece and in small pieces: it must find the same
// requests and refuse the same input.
#include "example/exporter/request_watch.hpp"

#include "check.hpp"

#include <cstdint>
#include <vector>

namespace {

using ousage::program::RequestWatch;

// Returns where requests ended and whether the next one was refused. The reason is not compared,
// because it depends on which error is detected first.
std::vector<std::size_t> watch(std::string_view bytes, std::size_t step) {
    auto watch = RequestWatch();
    auto ends = std::vector<std::size_t>{};
    std::size_t at = 0;
    while (at < bytes.size()) {
        auto const part = bytes.substr(at, step);
        auto const parsed = watch.parse(part);
        check(parsed.size <= part.size());
        check(parsed.refusal == 0 || !parsed.complete);
        if (parsed.refusal != 0) {
            check(!ousage::program::refusal_response(parsed.refusal).empty());
            ends.push_back(bytes.size() + 1);
            return ends;
        }
        check(parsed.complete || parsed.size == part.size());
        at += parsed.size;
        if (parsed.complete) {
            check(!watch.is_open());
            ends.push_back(at);
        }
    }
    return ends;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = std::string_view(reinterpret_cast<char const*>(data), size);
    auto const whole = watch(bytes, bytes.size() + 1);
    check(whole == watch(bytes, 1));
    check(whole == watch(bytes, 7));
    return 0;
}
