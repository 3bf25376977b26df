#pragma once

#include <ousage/io/file/process_facts.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

// Returns a field of /proc/self/stat. Fields are counted from 1, as in proc(5). `number` must be at
// least 3, because the second field is the program name, which may contain any character.
inline std::optional<std::uint64_t> stat_field(std::string const& text, std::size_t number) {
    auto rest = std::istringstream(text.substr(std::min(text.rfind(')') + 1, text.size())));
    auto field = std::string{};
    for (std::size_t at = 3; at <= number; ++at) {
        rest >> field;
    }
    return rest ? std::optional(std::strtoull(field.c_str(), nullptr, 10)) : std::nullopt;
}

inline std::string read_proc(char const* path) {
    auto file = std::ifstream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::optional<double> boot_time() {
    auto const text = read_proc("/proc/stat");
    auto const at = text.find("\nbtime ");
    return at == text.npos ? std::nullopt
                           : std::optional(std::strtod(text.c_str() + at + 7, nullptr));
}

} // namespace detail

OUSAGE_DECL ProcessFacts process_facts() {
    auto facts = ProcessFacts{};
    auto const ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    auto const text = detail::read_proc("/proc/self/stat");
    auto const user = detail::stat_field(text, 14);
    auto const system = detail::stat_field(text, 15);
    if (user && system) {
        facts.cpu_seconds = static_cast<double>(*user + *system) / ticks;
    }
    facts.virtual_bytes = detail::stat_field(text, 23);
    if (auto const pages = detail::stat_field(text, 24)) {
        facts.resident_bytes = *pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }
    auto const started = detail::stat_field(text, 22);
    auto const booted = detail::boot_time();
    if (started && booted) {
        facts.start_time_seconds = *booted + static_cast<double>(*started) / ticks;
    }
    std::error_code error;
    auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
    if (!error) {
        // Do not count the descriptor that is open for this listing.
        auto const count = std::distance(begin(entry), end(entry)) - 1;
        facts.open_descriptors = static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(count, 0));
    }
    auto limit = rlimit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        facts.max_descriptors = limit.rlim_cur;
    }
    return facts;
}

} // namespace OUSAGE_NAMESPACE::io
