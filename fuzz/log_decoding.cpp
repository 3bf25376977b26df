// Decoding of any bytes: the result does not depend on how the bytes are split, its size is
// bounded, and plain text does not change.
#include "check.hpp"
#include <ousage/ollama/log/detail/plain_line.hpp>
#include <ousage/ollama/log/detail/text_decoder.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace ousage::ollama::detail;

std::string decode(std::string_view bytes, std::size_t step) {
    auto decoder = TextDecoder();
    auto text = std::string();
    for (std::size_t start = 0; start < bytes.size(); start += step) {
        text += decoder.decode(bytes.substr(start, step));
    }
    return text += decoder.finish();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = std::string_view(reinterpret_cast<char const*>(data), size);
    auto const text = decode(bytes, size + 1);
    check(text == decode(bytes, 1) && text == decode(bytes, 1 + size % 7));
    auto const has_mark = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") ||
                          bytes.starts_with("\xEF\xBB\xBF");
    check(has_mark || text == bytes);
    check(text.size() <= 3 * size);

    auto buffer = std::string();
    auto const plain = std::string(plain_line(text, buffer));
    check(plain.size() <= text.size() + 2 && plain.find('\0') == plain.npos);
    if (!may_be_json(text) && !may_have_codes(text) && text.find('\0') == text.npos) {
        check(plain == text || plain + '\n' == text);
    }
    return 0;
}
