#pragma once

#include <ousage/config.hpp>
#include <ousage/core/source.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/io/http/http_client.hpp>
#include <ousage/ollama/runners/detail/runner_reading.hpp>
#include <ousage/ollama/runners/detail/slots.hpp>

#include <asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The address at which this machine reaches a listener; empty if it is not a loopback address.
inline std::string loopback_of(io::TcpSocket const& listener) {
    auto const& address = listener.address;
    auto const is_zero = [&address](std::size_t from, std::size_t to) {
        return std::all_of(
            address.begin() + static_cast<long>(from), address.begin() + static_cast<long>(to),
            [](std::uint8_t byte) { return byte == 0; });
    };
    auto const is_ipv4 = is_zero(0, 10) && address[10] == 0xff && address[11] == 0xff;
    if (is_zero(0, 16) || (is_ipv4 && (is_zero(12, 16) || address[12] == 127))) {
        return "127.0.0.1";
    }
    return is_zero(0, 15) && address[15] == 1 ? "::1" : "";
}

struct SlotResponse {
    std::optional<std::vector<BusySlot>> slots;
};

// Sends GET /slots on a connection of its own, without a proxy, a credential or a redirect. The
// connection is closed before this returns.
inline asio::awaitable<void> request_slots(io::Url url, Outcome<SlotResponse>& into) {
    auto limits = io::HttpLimits{};
    limits.header_bytes = 16 * 1024;
    limits.body_bytes = 256 * 1024;
    limits.interim_responses = 0;
    auto client = io::HttpClient(std::move(url), limits, 1);
    auto request = io::HttpRequest{};
    request.target = "/slots";
    request.headers.push_back({"Connection", "close"});
    auto const response = co_await client.send(std::move(request));
    if (response && response->status == 200) {
        into.value.slots = parse_slots(response->body);
    }
}

// Identifies an engine process.
using EngineKey = std::pair<std::uint32_t, std::uint64_t>;

inline EngineKey key_of(Engine const& engine) {
    return {engine.process.pid, engine.process.start};
}

// Queries one engine, within 300 ms, unless it was queried less than a second ago.
inline asio::awaitable<void> query_engine(Engine& engine, SlotHistory& history) {
    auto const host = engine.listener ? loopback_of(*engine.listener) : std::string{};
    auto const now = std::chrono::steady_clock::now();
    if (host.empty() || engine.runner.active_requests.value_or(0) == 0) {
        co_return;
    }
    if (history.may_query(now)) {
        history.start(now);
        auto url = io::Url{};
        url.host = host;
        url.port = std::to_string(engine.runner.port.value_or(0));
        auto collect = [url](Outcome<SlotResponse>& into) { return request_slots(url, into); };
        auto const source = with_timeout(
            Source<SlotResponse>("slots", std::move(collect)), std::chrono::milliseconds(300));
        auto outcome = Outcome<SlotResponse>{};
        co_await source.collect(outcome);
        if (outcome.value.slots) {
            history.add(*outcome.value.slots, std::chrono::steady_clock::now());
        }
    }
    engine.runner.output_tokens = history.tokens().output_tokens;
    engine.runner.output_tokens_per_second = history.tokens().output_tokens_per_second;
}

// Queries the engines that are answering a request, one after another. `histories` are those of the
// engines that still run.
inline asio::awaitable<void>
query_slots(std::vector<Engine>& engines, std::map<EngineKey, SlotHistory>& histories) {
    std::erase_if(histories, [&engines](auto const& history) {
        return std::none_of(engines.begin(), engines.end(), [&](Engine const& engine) {
            return key_of(engine) == history.first;
        });
    });
    for (auto& engine : engines) {
        auto& history = histories[key_of(engine)];
        co_await query_engine(engine, history);
    }
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
