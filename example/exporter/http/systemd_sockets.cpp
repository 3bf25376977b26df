#include "example/exporter/http/systemd_sockets.hpp"

#include <charconv>

namespace ousage::program::http {

namespace {

constexpr int first_descriptor = 3; // SD_LISTEN_FDS_START
constexpr long most = 64;           // sockets of one unit

// Returns a number that is the whole text; 0 if there is none.
long number_in(std::optional<std::string> const& text) {
    long number = 0;
    if (text) {
        auto const* const end = text->data() + text->size();
        auto const [rest, error] = std::from_chars(text->data(), end, number);
        if (error != std::errc() || rest != end) {
            return 0;
        }
    }
    return number;
}

} // namespace

std::vector<int> systemd_sockets(
    std::optional<std::string> const& pid, std::optional<std::string> const& count, long own_pid) {
    auto descriptors = std::vector<int>();
    auto const sockets = number_in(count);
    if (number_in(pid) == own_pid && sockets > 0 && sockets <= most) {
        for (int index = 0; index < static_cast<int>(sockets); ++index) {
            descriptors.push_back(first_descriptor + index);
        }
    }
    return descriptors;
}

} // namespace ousage::program::http
