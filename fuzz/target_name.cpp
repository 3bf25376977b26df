// Checks the targets of /probe. The first line is a pattern, the rest is a query. Whatever an
// attacker writes, only servers that match the pattern may be contacted.
#include "example/exporter/target_name.hpp"

#include "check.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using namespace ousage;

// Reference implementation of matching: tries every possible match of a star.
bool matches_reference(std::string const& pattern, std::string const& text) {
    if (pattern.empty()) {
        return text.empty();
    }
    if (pattern[0] != '*') {
        return !text.empty() && pattern[0] == text[0] &&
               matches_reference(pattern.substr(1), text.substr(1));
    }
    auto const is_double = pattern.starts_with("**");
    auto const rest = pattern.substr(is_double ? 2 : 1);
    auto const excluded = std::string(is_double ? ":/@" : ".:/@");
    for (std::size_t taken = 0;; ++taken) {
        if (matches_reference(rest, text.substr(taken))) {
            return true;
        }
        if (taken == text.size() || excluded.find(text[taken]) != excluded.npos) {
            return false;
        }
    }
}

void check_host(
    std::string const& pattern, std::string const& target, char const* begin, char const* end) {
    auto const canonical = program::canonical_pattern(pattern);
    check(canonical.has_value());
    if (program::matches_pattern(*canonical, target)) {
        auto const url = io::parse_url(target);
        check(url && url->host.starts_with(begin) && url->host.ends_with(end));
        check(url->host.find_first_of("/?#@\\") == url->host.npos);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const input = std::string(reinterpret_cast<char const*>(data), size);
    auto const end = std::min(input.find('\n'), input.size());
    auto const pattern = program::canonical_pattern(input.substr(0, end));
    auto const named = program::target_in(std::string_view(input).substr(std::min(end + 1, size)));
    auto const target = named ? program::canonical_target(*named) : std::nullopt;
    if (!target) {
        return 0;
    }
    // A canonical target is a URL and remains unchanged if it is parsed again.
    check(program::canonical_target(*target) == target);
    auto const url = io::parse_url(*target);
    check(url && (url->scheme == "http" || url->scheme == "https"));
    check_host("https://*.example.org", *target, "", ".example.org");
    check_host("http://gpu*:*", *target, "gpu", "");
    if (program::matches_pattern("https://*.example.org:443", *target)) {
        check(url->host.find('.') == url->host.size() - 12); // one label
    }
    check_host("10.0.0.*", *target, "10.0.0.", "");
    if (program::matches_pattern("http://10.0.0.*:11434", *target)) {
        check(url->host.find_first_not_of("0123456789.") == url->host.npos);
    }
    if (program::matches_pattern("http://[fd00::*]:11434", *target)) {
        check(url->host.find_first_not_of("0123456789abcdef:.") == url->host.npos);
    }
    if (pattern && pattern->size() + target->size() < 60 &&
        std::count(pattern->begin(), pattern->end(), '*') < 4) {
        check(
            program::target_detail::matches_text(*pattern, *target) ==
            matches_reference(*pattern, *target));
        check(matches_reference(*pattern, *target) || !program::matches_pattern(*pattern, *target));
    }
    return 0;
}
