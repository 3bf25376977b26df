#pragma once

#include <ousage/config.hpp>
#include <ousage/core/reflect.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// Writes objects as bytes and reads them again, on the same machine and with the same version of
// ousage. A class lists its members once, for both directions; aggregates need no list:
//
//     template <class Archive>
//     void archive(Archive& with) {
//         with(first_, second_);
//     }
namespace OUSAGE_NAMESPACE::ollama::detail {

// A hash of bytes, eight at a time. Detects damage; not cryptographic.
inline std::uint64_t checksum(std::string_view bytes) {
    constexpr std::uint64_t prime = 1099511628211u;
    std::uint64_t hash = 14695981039346656037u ^ bytes.size();
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), 8);
        hash = (hash ^ word) * prime;
        hash ^= hash >> 32;
    }
    for (auto const byte : bytes) {
        hash = (hash ^ static_cast<unsigned char>(byte)) * prime;
    }
    return hash ^ hash >> 29;
}

// A type whose bytes are its value, without padding.
template <class T>
concept PlainBytes = std::is_trivially_copyable_v<T> &&
                     (std::is_arithmetic_v<T> || std::has_unique_object_representations_v<T>);

// Where the items of an hour are: after the members of all objects.
struct ItemRange {
    std::uint64_t offset = 0, count = 0, checksum = 0;
};

// The types that both archives support, in terms of `bytes(pointer, size)` and `size(n)`.
template <class Self>
class ArchiveBase {
public:
    template <class... T>
    void operator()(T&... values) {
        (value(values), ...);
    }

private:
    Self& self() { return static_cast<Self&>(*this); }

    template <class T>
    void value(T& of) {
        if constexpr (requires { of.archive(self()); }) {
            of.archive(self());
        } else if constexpr (PlainBytes<T>) {
            self().bytes(&of, sizeof of);
        } else {
            with_members(of, [this](auto&... members) { (*this)(members...); });
        }
    }

    void value(std::string& text) {
        text.resize(self().size(text.size()));
        self().bytes(text.data(), text.size());
    }

    template <class T>
    void value(std::optional<T>& of) {
        auto exists = of.has_value();
        value(exists);
        if (exists && !of) {
            of.emplace();
        } else if (!exists) {
            of.reset();
        }
        if (of) {
            value(*of);
        }
    }

    template <class T>
    void value(std::vector<T>& all) {
        if constexpr (PlainBytes<T>) {
            all.resize(self().size(all.size() * sizeof(T)) / sizeof(T));
            self().bytes(all.data(), all.size() * sizeof(T));
        } else {
            elements(all);
        }
    }

    template <class T>
    void value(std::deque<T>& all) {
        elements(all);
    }

    template <class Sequence>
    void elements(Sequence& all) {
        all.resize(self().size(all.size()));
        for (auto& element : all) {
            value(element);
        }
    }

    template <class Key, class T>
    void value(std::map<Key, T>& all) {
        auto const count = self().size(all.size());
        if (Self::is_reader) {
            all.clear();
            for (std::size_t index = 0; index < count; ++index) {
                auto key = Key{};
                value(key);
                value(all[key]);
            }
            return;
        }
        for (auto& [key, of_key] : all) {
            auto copy = key;
            value(copy);
            value(of_key);
        }
    }
};

// Collects the members and the items of all objects.
class StateWriter : public ArchiveBase<StateWriter> {
public:
    static constexpr bool is_reader = false;

    // Earlier hours are omitted.
    explicit StateWriter(std::int64_t first_hour = std::numeric_limits<std::int64_t>::min())
        : first_hour_(first_hour) {}

    std::int64_t first_hour() const noexcept { return first_hour_; }

    void bytes(void const* from, std::size_t size) {
        members_.append(static_cast<char const*>(from), size);
    }

    std::size_t size(std::size_t count) {
        auto number = std::uint64_t{count};
        bytes(&number, sizeof number);
        return count;
    }

    // Writes the items of an hour. See `StateReader::items`.
    template <PlainBytes T>
    void items(std::vector<T>& all, std::int64_t, std::uint64_t) {
        auto const text =
            std::string_view(reinterpret_cast<char const*>(all.data()), all.size() * sizeof(T));
        auto range = ItemRange{items_.size(), all.size(), checksum(text)};
        items_ += text;
        (*this)(range);
    }

    // The members and then the items, as `StateReader` reads them.
    std::string text() const {
        auto head = StateWriter();
        auto size = std::uint64_t{members_.size()};
        auto sum = checksum(members_);
        head(size, sum);
        return head.members_ + members_ + items_;
    }

private:
    std::int64_t first_hour_;
    std::string members_, items_;
};

// Reads what a StateWriter wrote. After a failure `good` returns false and the objects have any
// value.
class StateReader : public ArchiveBase<StateReader> {
public:
    static constexpr bool is_reader = true;
    static constexpr std::size_t head_size = 16;
    static constexpr std::size_t size_limit = 64 * 1024 * 1024; // of the members

    // Reads up to `size` bytes of the state at an offset. Returns false if there are fewer.
    using ReadAt = std::function<bool(std::uint64_t offset, char* into, std::size_t size)>;

    // Items are read only if the hour is not before the one of `now`, if it contains one of
    // `edges`, where a window begins, or if it has 1 to `few` relevant ones. Windows contain each
    // other hour completely.
    StateReader(
        ReadAt read_at, std::int64_t now, std::vector<std::int64_t> edges, std::uint64_t few)
        : read_at_(std::move(read_at)), now_(now), edges_(std::move(edges)), few_(few) {
        auto head = std::string(head_size, '\0');
        if (!read_at_(0, head.data(), head.size())) {
            return;
        }
        std::uint64_t size = 0, sum = 0;
        rest_ = head;
        good_ = exists_ = true;
        (*this)(size, sum);
        good_ = good_ && size <= size_limit;
        members_.resize(good_ ? static_cast<std::size_t>(size) : 0);
        good_ = good_ && read_at_(head_size, members_.data(), members_.size()) &&
                checksum(members_) == sum;
        rest_ = members_;
    }

    StateReader(StateReader const&) = delete;
    StateReader& operator=(StateReader const&) = delete;

    bool good() const noexcept { return good_; }

    // Returns whether all members were read.
    bool is_read() const noexcept { return rest_.empty(); }

    // All hours are read.
    std::int64_t first_hour() const noexcept { return std::numeric_limits<std::int64_t>::min(); }

    // Returns whether there is a state, which may be damaged.
    bool exists() const noexcept { return exists_; }

    // Items are read of all hours.
    void need_all() noexcept { needs_all_ = true; }

    void bytes(void* into, std::size_t size) {
        good_ = good_ && size <= rest_.size();
        if (good_ && size > 0) {
            std::memcpy(into, rest_.data(), size);
            rest_.remove_prefix(size);
        }
    }

    std::size_t size(std::size_t) {
        std::uint64_t count = 0;
        bytes(&count, sizeof count);
        good_ = good_ && count <= rest_.size();
        return good_ ? static_cast<std::size_t>(count) : 0;
    }

    // Reads the items of the hour `number`, unless only its sums are needed. `count` of them are
    // relevant for `few`.
    template <PlainBytes T>
    void items(std::vector<T>& all, std::int64_t number, std::uint64_t count) {
        auto range = ItemRange{};
        (*this)(range);
        if (!good_ || !needs(number, count)) {
            return;
        }
        good_ = range.count <= size_limit / sizeof(T);
        all.resize(good_ ? static_cast<std::size_t>(range.count) : 0);
        auto* const to = reinterpret_cast<char*>(all.data());
        auto const size = all.size() * sizeof(T);
        good_ = good_ && read_at_(head_size + members_.size() + range.offset, to, size) &&
                checksum({to, size}) == range.checksum;
    }

private:
    bool needs(std::int64_t number, std::uint64_t count) const {
        return needs_all_ || number >= now_ || (count > 0 && count <= few_) ||
               std::find(edges_.begin(), edges_.end(), number) != edges_.end();
    }

    ReadAt read_at_;
    std::int64_t now_;
    std::vector<std::int64_t> edges_; // numbers of hours
    std::uint64_t few_;
    std::string members_;
    std::string_view rest_; // of members_
    bool good_ = false, exists_ = false, needs_all_ = false;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
