#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Counts requests by client. X-Forwarded-For allows an unlimited number of forged clients: after
// `client_limit` clients, new ones are counted in one total and are not listed.
class ClientCounts {
public:
    static constexpr std::size_t client_limit = 100'000;

    ClientCounts() : slots_(256 + 1) {}

    void add(std::string_view client) {
        auto const key = key_of(client);
        auto& slot = slots_[find(key)];
        if (key.size != 0 && slot.key == key) {
            ++slot.requests;
        } else {
            add_new(key, client);
        }
    }

    // Returns the clients with the most requests, in descending order. Ties are sorted by name.
    std::vector<std::pair<std::string, std::uint64_t>> busiest(std::size_t count) const {
        auto all =
            std::vector<std::pair<std::string, std::uint64_t>>(others_.begin(), others_.end());
        for (auto const& slot : slots_) {
            if (slot.key.size != 0) {
                all.emplace_back(text_of(slot.key), slot.requests);
            }
        }
        count = std::min(count, all.size());
        std::partial_sort(
            all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(),
            [](auto const& left, auto const& right) {
                return left.second != right.second ? left.second > right.second
                                                   : left.first < right.first;
            });
        all.resize(count);
        return all;
    }

    // Returns the number of clients without a slot, which are counted more slowly: those of unusual
    // lengths.
    std::size_t without_slot() const noexcept { return others_.size(); }

private:
    // Allows lookup by std::string_view.
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    using Others = std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>>;

    // A whole client of 4 to 16 bytes, as most are. `size` is 0 for any other length.
    struct Key {
        std::uint64_t head = 0, tail = 0;
        std::size_t size = 0;

        bool operator==(Key const& other) const noexcept {
            return ((head ^ other.head) | (tail ^ other.tail) | (size ^ other.size)) == 0;
        }
    };

    struct Slot {
        Key key; // its size is 0 if the slot is free
        std::uint64_t requests = 0;
    };

    // The first and the last bytes, which overlap in short clients.
    static Key key_of(std::string_view client) noexcept {
        auto key = Key{};
        if (client.size() - 8 <= 8) {
            key.size = client.size();
            std::memcpy(&key.head, client.data(), 8);
            std::memcpy(&key.tail, client.data() + client.size() - 8, 8);
        } else if (client.size() - 4 <= 4) {
            key.size = client.size();
            std::memcpy(&key.head, client.data(), 4);
            std::memcpy(&key.tail, client.data() + client.size() - 4, 4);
        }
        return key;
    }

    static std::string text_of(Key const& key) {
        auto const part = key.size < 8 ? std::size_t{4} : std::size_t{8};
        auto text = std::string(key.size, '\0');
        std::memcpy(text.data(), &key.head, part);
        std::memcpy(text.data() + key.size - part, &key.tail, part);
        return text;
    }

    // Every byte influences every bit. The addresses of a network differ in a few digits, which
    // must not share their slots.
    static std::uint64_t hash_of(Key const& key) noexcept {
        constexpr std::uint64_t first = 0x9E37'79B9'7F4A'7C15, second = 0xC2B2'AE3D'27D4'EB4F;
        auto const sum = key.head * first + key.tail * second;
        return (sum ^ sum >> 32) * first >> 32;
    }

    // Returns the index of the slot of a key, or of the free slot in which it belongs. The last
    // slot is always free: it is returned if there is none nearby, so that forged clients cannot
    // make a search long. The number of the other slots is a power of two.
    std::size_t find(Key const& key) const noexcept {
        constexpr std::size_t probes = 16;
        auto const count = slots_.size() - 1;
        auto const hash = hash_of(key);
        for (std::size_t probe = 0; probe < probes; ++probe) {
            auto const index = (hash + probe) & (count - 1);
            if (slots_[index].key.size == 0 || slots_[index].key == key) {
                return index;
            }
        }
        return count;
    }

    // Rare, therefore kept out of the hot path.
    [[gnu::cold]] void add_new(Key const& key, std::string_view client) {
        if (auto const found = others_.find(client); found != others_.end()) {
            ++found->second;
            return;
        }
        if (clients_ == client_limit) {
            return;
        }
        if (++clients_ * 2 > slots_.size()) {
            grow();
        }
        auto const index = find(key);
        if (key.size == 0 || index == slots_.size() - 1) {
            others_.emplace(std::string(client), 1);
        } else {
            slots_[index] = {key, 1};
        }
    }

    void grow() {
        auto const old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2 - 1));
        for (auto const& slot : old) {
            auto const index = find(slot.key);
            if (slot.key.size != 0 && index != slots_.size() - 1) {
                slots_[index] = slot;
            } else if (slot.key.size != 0) {
                others_.emplace(text_of(slot.key), slot.requests);
            }
        }
    }

    std::vector<Slot> slots_; // a hash table
    Others others_;           // clients of other lengths, or without a slot
    std::size_t clients_ = 0;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
