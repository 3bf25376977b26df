#pragma once

#include <ousage/core/detail/posix_zone.hpp>
#include <ousage/core/tzif.hpp>
#include <ousage/io/file/time_zone.hpp>

#include <chrono>
#include <cstddef>
#include <fstream>
#include <ios>
#include <optional>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

namespace detail {

inline Result<Calendar> read_zone_file(std::string const& path, std::string name) {
    auto file = std::ifstream(path, std::ios::binary);
    auto bytes = std::string(256 * 1024, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    if (bytes.empty()) {
        return {Errc::file, "time zone " + name + ": no such zone"};
    }
    return parse_tzif(bytes, std::move(name));
}

inline std::optional<Calendar> parse_offset_zone(std::string_view text) {
    auto rest = text;
    auto with_minutes = std::string(text);
    if (text.size() == 3) {
        with_minutes += ":00";
        rest = with_minutes;
    }
    auto const offset = ousage::detail::take_offset(rest);
    return offset && rest.empty() ? std::optional(Calendar::fixed(std::chrono::seconds(*offset)))
                                  : std::nullopt;
}

} // namespace detail

OUSAGE_DECL Result<Calendar> load_time_zone(std::string_view name) {
    auto const text = std::string(name);
    if (auto const offset = detail::parse_offset_zone(name)) {
        return *offset;
    }
    if (name == "UTC") {
        return Calendar::utc();
    }
    if (name.empty() || name.starts_with('/') || name.find("..") != name.npos ||
        name.find('\0') != name.npos) {
        return {Errc::configuration, "time zone " + text + ": not a zone name"};
    }
    for (auto const* const directory :
         {"/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/usr/share/lib/zoneinfo/",
          "/etc/zoneinfo/"}) {
        auto zone = detail::read_zone_file(directory + text, text);
        if (zone || zone.failure().code != Errc::file) {
            return zone;
        }
    }
    return {Errc::configuration, "time zone " + text + ": no such zone on this system"};
}

OUSAGE_DECL Calendar system_time_zone(char const* tz) {
    if (tz == nullptr) {
        auto local = detail::read_zone_file("/etc/localtime", "localtime");
        return local ? *local : Calendar::utc();
    }
    auto text = std::string_view(tz);
    text.remove_prefix(text.starts_with(':') ? 1 : 0);
    if (text.starts_with('/')) {
        auto file = detail::read_zone_file(std::string(text), std::string(text));
        return file ? *file : Calendar::utc();
    }
    if (auto zone = load_time_zone(text)) {
        return *zone;
    }
    if (auto const rule = ousage::detail::parse_posix_zone(text)) {
        return Calendar::from(std::string(text), rule->standard, {}, rule);
    }
    return Calendar::utc();
}

} // namespace OUSAGE_NAMESPACE::io
