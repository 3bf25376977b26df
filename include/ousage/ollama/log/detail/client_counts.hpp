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

// Counts requests by client. Clients can be forged without end (X-Forwarded-For): behind
// `client_limit` of them new ones are counted together and named nowhere.
class ClientCounts {
public:
    static constexpr std::size_t client_limit = 100'000;

    void add(std::string_view client) {
        auto const key = key_of(client);
        auto& near = recent_[((key.head ^ key.tail) * 0x9E37'79B9'7F4A'7C15) >> 56];
        if (near.key != key || key.size == 0) {
            meet(near, key, client);
        }
        ++*(near.requests == nullptr ? &others_ : near.requests);
    }

    // The clients with the most requests, the busiest first, then by name.
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
    // Keys may be looked up without making a string of them.
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    using Clients = std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>>;

    // All of a client of 4 to 16 bytes, as most are; no size for another.
    struct Key {
        std::uint64_t head = 0, tail = 0;
        std::size_t size = 0;

        bool operator==(Key const& other) const noexcept {
            return ((head ^ other.head) | (tail ^ other.tail) | (size ^ other.size)) == 0;
        }
    };

    struct Recent {
        Key key;
        std::uint64_t* requests = nullptr; // of a node, which never moves; null: others_
    };

    // The first and the last bytes, which overlap in short ones.
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

    // Rare, and out of the way of what is not.
    [[gnu::cold]] void meet(Recent& near, Key const& key, std::string_view client) {
        auto found = clients_.find(client);
        if (found == clients_.end() && clients_.size() < client_limit) {
            found = clients_.emplace(std::string(client), 0).first;
        }
        near = {key, found == clients_.end() ? nullptr : &found->second};
    }

    Clients clients_;
    std::array<Recent, 256> recent_;
    std::uint64_t others_ = 0;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
