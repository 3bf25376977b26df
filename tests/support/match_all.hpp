#pragma once

#include <regex.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace ousage::test {

/// Returns every match of a POSIX extended regular expression: the whole match, then its groups,
/// which are empty if they did not participate. Not std::regex, which compiles slowly and causes
/// warnings with g++ 12.
inline std::vector<std::vector<std::string>>
match_all(std::string const& pattern, std::string const& text) {
    auto compiled = regex_t{};
    if (::regcomp(&compiled, pattern.c_str(), REG_EXTENDED) != 0) {
        throw std::runtime_error("no regular expression: " + pattern);
    }
    auto all = std::vector<std::vector<std::string>>{};
    auto groups = std::vector<regmatch_t>(compiled.re_nsub + 1);
    auto const* at = text.c_str();
    while (::regexec(
               &compiled, at, groups.size(), groups.data(), at == text.c_str() ? 0 : REG_NOTBOL) ==
               0 &&
           groups[0].rm_eo > groups[0].rm_so) {
        auto& match = all.emplace_back();
        for (auto const& group : groups) {
            match.emplace_back(
                group.rm_so < 0 ? std::string() : std::string(at + group.rm_so, at + group.rm_eo));
        }
        at += groups[0].rm_eo;
    }
    ::regfree(&compiled);
    return all;
}

} // namespace ousage::test
