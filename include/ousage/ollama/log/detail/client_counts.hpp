#pragma once

#include <ousage/config.hpp>

#include <algorithm>
#include <array>
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

    void add(std::string_view client) {
        auto const key = key_of(client);
        auto& slot = slots_[((key.head ^ key.tail) * 0x9E37'79B9'7F4A'7C15) >> 56];
        if (slot.key != key || key.size == 0) {
            load_slot(slot, key, client);
        }
        ++*(slot.requests == nullptr ? &others_ : slot.requests);
    }

    // Returns the clients with the most requests, in descending order. Ties are sorted by name.
    std::vector<std::pair<std::string, std::uint64_t>> busiest(std::size_t count) const {
        auto all =
            std::vector<std::pair<std::string, std::uint64_t>>(clients_.begin(), clients_.end());
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

private:
    // Allows lookup by std::string_view.
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    using Clients = std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>>;

    // A whole client of 4 to 16 bytes, as most are. `size` is 0 for any other length.
    struct Key {
        std::uint64_t head = 0, tail = 0;
        std::size_t size = 0;

        bool operator==(Key const& other) const noexcept {
            return ((head ^ other.head) | (tail ^ other.tail) | (size ^ other.size)) == 0;
        }
    };

    struct Slot {
        Key key;
        std::uint64_t* requests = nullptr; // in a map node, which never moves; null: others_
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

    // Rare, therefore kept out of the hot path.
    [[gnu::cold]] void load_slot(Slot& slot, Key const& key, std::string_view client) {
        auto found = clients_.find(client);
        if (found == clients_.end() && clients_.size() < client_limit) {
            found = clients_.emplace(std::string(client), 0).first;
        }
        slot = {key, found == clients_.end() ? nullptr : &found->second};
    }

    Clients clients_;
    std::array<Slot, 256> slots_;
    std::uint64_t others_ = 0;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
