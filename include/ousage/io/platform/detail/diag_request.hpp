#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

// The messages of sock_diag(7), from linux/inet_diag.h, which musl does not provide.
namespace OUSAGE_NAMESPACE::io::detail {

inline constexpr std::uint16_t diag_by_family = 20;
inline constexpr std::uint16_t netlink_error = 2;
inline constexpr std::uint16_t netlink_done = 3;
inline constexpr std::uint8_t tcp_established = 1;
inline constexpr std::uint8_t tcp_listen = 10;
inline constexpr std::uint8_t diag_inet = 2;
inline constexpr std::uint8_t diag_inet6 = 10;

struct NetlinkHeader {
    std::uint32_t size;
    std::uint16_t type;
    std::uint16_t flags;
    std::uint32_t sequence;
    std::uint32_t port;
};

struct DiagSocketId {
    std::uint8_t source_port[2]; // network byte order
    std::uint8_t peer_port[2];
    std::uint8_t source[16];
    std::uint8_t peer[16];
    std::uint32_t interface;
    std::uint32_t cookie[2];
};

struct DiagRequest {
    std::uint8_t family;
    std::uint8_t protocol;
    std::uint8_t extensions;
    std::uint8_t padding;
    std::uint32_t states;
    DiagSocketId id;
};

struct DiagMessage {
    std::uint8_t family;
    std::uint8_t state;
    std::uint8_t timer;
    std::uint8_t retransmits;
    DiagSocketId id;
    std::uint32_t expires;
    std::uint32_t receive_queue;
    std::uint32_t send_queue;
    std::uint32_t user;
    std::uint32_t inode;
};

static_assert(sizeof(NetlinkHeader) == 16 && sizeof(DiagRequest) == 56);
static_assert(sizeof(DiagMessage) == 72);

// One operation of the kernel's filter: jumps forward by `yes` or `no` bytes. A port follows in
// `no` of an operation of its own. The kernel accepts a socket if the program ends exactly at its
// end.
struct DiagOperation {
    std::uint8_t code;
    std::uint8_t yes;
    std::uint16_t no;
};

// Returns a filter that accepts sockets with one of these local ports, at most 256:
// for each port `if (port >= p && port <= p) accept`.
inline std::vector<DiagOperation> diag_filter(std::span<std::uint16_t const> ports) {
    static constexpr std::uint8_t nop = 0, jump = 1, at_least = 2, at_most = 3;
    auto program = std::vector<DiagOperation>{};
    static constexpr std::size_t block = 5 * sizeof(DiagOperation);
    for (std::size_t index = 0; index < ports.size(); ++index) {
        auto const is_last = index + 1 == ports.size();
        // The last block has no jump. From it, a failed test jumps beyond the end, which rejects.
        program.push_back({at_least, 8, 20});
        program.push_back({nop, 0, ports[index]});
        program.push_back({at_most, 8, 12});
        program.push_back({nop, 0, ports[index]});
        if (!is_last) {
            auto const to_end = (ports.size() - index - 1) * block;
            program.push_back({jump, 4, static_cast<std::uint16_t>(to_end)});
        }
    }
    return program;
}

// Returns the request for all TCP sockets in that state with one of these ports.
inline std::vector<std::byte> diag_request(
    std::uint8_t family, std::uint8_t state, std::uint32_t sequence,
    std::span<std::uint16_t const> ports) {
    auto request = DiagRequest{};
    request.family = family;
    request.protocol = 6;
    request.states = 1u << state;
    auto filter = std::vector<DiagOperation>{};
    if (ports.size() == 1) {
        // The kernel compares this port before it builds the input of a filter.
        request.id.source_port[0] = static_cast<std::uint8_t>(ports[0] / 256);
        request.id.source_port[1] = static_cast<std::uint8_t>(ports[0] % 256);
    } else {
        filter = diag_filter(ports);
    }
    auto const filter_size = filter.size() * sizeof(DiagOperation);
    std::uint16_t const attribute[2] = {static_cast<std::uint16_t>(4 + filter_size), 1};
    auto const attribute_size = filter.empty() ? 0 : 4 + filter_size;
    auto header = NetlinkHeader{};
    header.size = static_cast<std::uint32_t>(sizeof header + sizeof request + attribute_size);
    header.type = diag_by_family;
    header.flags = 0x301; // NLM_F_REQUEST | NLM_F_DUMP
    header.sequence = sequence;
    auto bytes = std::vector<std::byte>{};
    auto const append = [&bytes](void const* from, std::size_t size) {
        auto const* const first = static_cast<std::byte const*>(from);
        std::copy(first, first + size, std::back_inserter(bytes));
    };
    append(&header, sizeof header);
    append(&request, sizeof request);
    if (!filter.empty()) {
        append(attribute, sizeof attribute);
        append(filter.data(), filter_size);
    }
    return bytes;
}

} // namespace OUSAGE_NAMESPACE::io::detail
