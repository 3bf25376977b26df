#pragma once

#include <ousage/core/detail/posix_zone.hpp>
#include <ousage/core/tzif.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Reads big-endian numbers from a file that may be truncated anywhere. `good` is false after a read
// beyond the end, and remains false.
class TzifBytes {
public:
    explicit TzifBytes(std::string_view bytes) : bytes_(bytes) {}

    bool good() const noexcept { return good_; }

    std::string_view take(std::uint64_t count) {
        if (count > bytes_.size()) {
            good_ = false;
            return {};
        }
        auto const taken = bytes_.substr(0, static_cast<std::size_t>(count));
        bytes_.remove_prefix(static_cast<std::size_t>(count));
        return taken;
    }

    std::int64_t number(std::size_t size) {
        auto const taken = take(size);
        std::uint64_t value = !taken.empty() && (taken.front() & 0x80) ? ~std::uint64_t{0} : 0;
        for (auto const byte : taken) {
            value = value << 8 | static_cast<unsigned char>(byte);
        }
        return static_cast<std::int64_t>(value);
    }

    std::string_view rest() const noexcept { return bytes_; }

private:
    std::string_view bytes_;
    bool good_ = true;
};

struct TzifHeader {
    char version = 0;
    std::uint64_t utc_marks = 0, wall_marks = 0, leaps = 0, times = 0, types = 0, characters = 0;

    std::uint64_t size(std::uint64_t time_size) const {
        return times * (time_size + 1) + types * 6 + characters + leaps * (time_size + 4) +
               wall_marks + utc_marks;
    }
};

inline bool read_tzif_header(TzifBytes& bytes, TzifHeader& header) {
    auto const magic = bytes.take(4);
    auto const version = bytes.take(1);
    bytes.take(15);
    for (auto* const count :
         {&header.utc_marks, &header.wall_marks, &header.leaps, &header.times, &header.types,
          &header.characters}) {
        *count = static_cast<std::uint32_t>(bytes.number(4));
    }
    header.version = version.empty() ? '\0' : version.front();
    return bytes.good() && magic == "TZif" && header.types > 0 && header.types <= 256;
}

} // namespace detail

OUSAGE_DECL Result<Calendar> parse_tzif(std::string_view file, std::string name) {
    auto const wrong = [&] {
        return Result<Calendar>(Errc::parse, "time zone " + name + ": not a zone file");
    };
    auto bytes = detail::TzifBytes(file);
    auto header = detail::TzifHeader{};
    std::size_t time_size = 4;
    if (!read_tzif_header(bytes, header)) {
        return wrong();
    }
    if (header.version >= '2') {
        bytes.take(header.size(4));
        time_size = 8;
        if (!read_tzif_header(bytes, header)) {
            return wrong();
        }
    }
    auto times = detail::TzifBytes(bytes.take(header.times * time_size));
    auto const indexes = bytes.take(header.times);
    auto types = detail::TzifBytes(bytes.take(header.types * 6));
    bytes.take(
        header.characters + header.leaps * (time_size + 4) + header.wall_marks + header.utc_marks);
    if (!bytes.good()) {
        return wrong();
    }
    auto offsets = std::vector<std::chrono::seconds>{};
    for (std::uint64_t index = 0; index < header.types; ++index) {
        offsets.emplace_back(types.number(4));
        types.take(2);
        if (offsets.back() > std::chrono::hours(26) || offsets.back() < std::chrono::hours(-26)) {
            return wrong();
        }
    }
    auto transitions = std::vector<Transition>{};
    for (auto const index : indexes) {
        auto const type = static_cast<unsigned char>(index);
        auto const at = std::chrono::sys_seconds(std::chrono::seconds(times.number(time_size)));
        if (type >= offsets.size() || (!transitions.empty() && at <= transitions.back().at)) {
            return wrong();
        }
        transitions.push_back({at, offsets[type]});
    }
    auto footer = bytes.rest();
    footer = footer.substr(0, footer.rfind('\n'));
    footer.remove_prefix(footer.starts_with('\n') ? 1 : 0);
    auto rule = time_size == 8 ? detail::parse_posix_zone(footer) : std::nullopt;
    return Calendar::from(std::move(name), offsets.front(), std::move(transitions), rule);
}

} // namespace OUSAGE_NAMESPACE
