#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A slot of an engine that is answering a request. Nothing else of the response is kept.
struct BusySlot {
    std::int64_t slot = 0;
    std::int64_t task = 0;
    std::uint64_t decoded = 0; // tokens generated so far
};

// The member `n_decoded` of `next_token`, which is an object in older engines and an array of one
// object in newer ones.
inline std::optional<std::uint64_t> decoded_tokens(JsonValue slot) {
    auto next = slot.find("next_token");
    if (next && next->is_array() && next->size() > 0) {
        next = *next->elements().begin();
    }
    auto const decoded = next ? next->find("n_decoded") : std::nullopt;
    return decoded ? decoded->unsigned_integer() : std::nullopt;
}

// Parses the response of GET /slots. Empty if it is not an array of slots.
inline std::optional<std::vector<BusySlot>> parse_slots(std::string_view body) {
    auto document = JsonDocument{};
    if (document.parse(body) || !document.root().is_array()) {
        return std::nullopt;
    }
    auto slots = std::vector<BusySlot>{};
    for (auto const slot : document.root().elements()) {
        auto const is_processing = slot.find("is_processing");
        if (!is_processing || !is_processing->boolean()) {
            return std::nullopt;
        }
        auto const id = slot.find("id");
        auto const task = slot.find("id_task");
        auto const decoded = decoded_tokens(slot);
        if (*is_processing->boolean() && id && task && decoded) {
            slots.push_back({id->integer().value_or(0), task->integer().value_or(0), *decoded});
        }
    }
    return slots;
}

// What is known about the requests that one engine is answering.
struct SlotTokens {
    std::optional<std::uint64_t> output_tokens;
    std::optional<double> output_tokens_per_second;
};

// The responses of one engine. Derives speeds from two responses.
class SlotHistory {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    // True if the engine may be queried: the previous query was at least a second ago.
    bool may_query(TimePoint now) const {
        return !queried_ || now - *queried_ >= std::chrono::seconds(1);
    }

    // Records the start of a query. Its values are unknown until `add`.
    void start(TimePoint now) {
        queried_ = now;
        tokens_ = {};
    }

    // Adds a response. A task that was not in the previous one has no speed yet.
    void add(std::vector<BusySlot> const& slots, TimePoint now) {
        auto const seconds = std::chrono::duration<double>(now - responded_).count();
        auto decoded = std::map<std::pair<std::int64_t, std::int64_t>, std::uint64_t>{};
        auto speed = std::optional<double>{};
        tokens_ = {};
        for (auto const& slot : slots) {
            auto const key = std::pair(slot.slot, slot.task);
            auto const earlier = decoded_.find(key);
            if (earlier != decoded_.end() && slot.decoded >= earlier->second && seconds > 0) {
                auto const delta = static_cast<double>(slot.decoded - earlier->second);
                speed = speed.value_or(0) + delta / seconds;
            }
            tokens_.output_tokens = tokens_.output_tokens.value_or(0) + slot.decoded;
            decoded[key] = slot.decoded;
        }
        tokens_.output_tokens_per_second = speed;
        decoded_ = std::move(decoded);
        responded_ = now;
    }

    SlotTokens const& tokens() const { return tokens_; }

private:
    std::optional<TimePoint> queried_;
    TimePoint responded_{};
    std::map<std::pair<std::int64_t, std::int64_t>, std::uint64_t> decoded_;
    SlotTokens tokens_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
