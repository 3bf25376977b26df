#include "example/exporter/http/credentials.hpp"

#include <ousage/core/offload.hpp>

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace ousage::program::http {

namespace {

constexpr std::size_t bad_limit = 256; // cached wrong logins

// Half of the processor's cores, because the others serve the scrapes, and at most two: a container
// may use fewer cores than the machine has.
std::size_t running_limit() {
    return std::clamp<std::size_t>(std::thread::hardware_concurrency() / 2, 1, 2);
}

// The cost of a bcrypt hash, which is the two digits after `$2b$`: the time doubles with each.
std::string_view cost_of(std::string_view hash) {
    return hash.substr(std::min<std::size_t>(4, hash.size()), 2);
}

// Checks a password. A wrong one takes as long as for `slowest`, the hash with the highest cost:
// otherwise, the time would show which users exist. Each cost takes twice as long as the one
// before, so one more check of each cost from that of `hash` on makes up the difference.
bool check_password(std::string hash, std::string const& slowest, std::string const& password) {
    auto const good = is_password(hash, password);
    if (good || hash.size() < 6) { // too short for a cost
        return good;
    }
    auto const highest = std::atoi(std::string(cost_of(slowest)).c_str());
    for (auto cost = std::atoi(std::string(cost_of(hash)).c_str()); cost < highest; ++cost) {
        hash[4] = static_cast<char>('0' + cost / 10);
        hash[5] = static_cast<char>('0' + cost % 10);
        is_password(hash, password);
    }
    return false;
}

struct Login {
    std::string user, password;
};

std::optional<Login> login_in(std::string_view header) {
    if (header.size() < 6 || header.size() > 1024 || (header[0] != 'B' && header[0] != 'b') ||
        header.substr(1, 5) != "asic ") {
        return std::nullopt;
    }
    header.remove_prefix(6);
    auto bytes = std::vector<unsigned char>(header.size());
    auto const length = ::EVP_DecodeBlock(
        bytes.data(), reinterpret_cast<unsigned char const*>(header.data()),
        static_cast<int>(header.size()));
    if (length < 0) {
        return std::nullopt;
    }
    // EVP_DecodeBlock counts the padding as bytes.
    auto plain = std::string(bytes.begin(), bytes.begin() + length);
    for (auto at = header.size(); at > 0 && header[at - 1] == '=' && !plain.empty(); --at) {
        plain.pop_back();
    }
    auto const colon = plain.find(':');
    if (colon == plain.npos) {
        return std::nullopt;
    }
    return Login{plain.substr(0, colon), plain.substr(colon + 1)};
}

} // namespace

Credentials::Credentials(std::map<std::string, std::string> users, std::size_t waiting)
    : users_(std::move(users)), key_(32, '\0'), queue_(running_limit(), waiting) {
    if (::RAND_bytes(reinterpret_cast<unsigned char*>(key_.data()), 32) != 1) {
        throw std::runtime_error("OpenSSL has no random bytes");
    }
    for (auto const& [user, hash] : users_) {
        if (unknown_user_hash_.empty() || cost_of(hash) > cost_of(unknown_user_hash_)) {
            unknown_user_hash_ = hash;
        }
    }
}

std::string Credentials::digest(std::string_view user, std::string_view password) const {
    auto const text = std::string(user) + ":" + std::string(password);
    auto bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>{};
    unsigned length = 0;
    ::HMAC(
        ::EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
        reinterpret_cast<unsigned char const*>(text.data()), text.size(), bytes.data(), &length);
    return {bytes.begin(), bytes.begin() + length};
}

LoginResult Credentials::recall(std::string_view header) const {
    if (users_.empty()) {
        return LoginResult::good;
    }
    auto const login = login_in(header);
    if (!login) {
        return LoginResult::bad;
    }
    auto const key = digest(login->user, login->password);
    return good_.contains(key)  ? LoginResult::good
           : bad_.contains(key) ? LoginResult::bad
                                : LoginResult::unknown;
}

asio::awaitable<LoginResult> Credentials::verify(std::string header, asio::ip::address client) {
    auto const login = login_in(header);
    if (!login) {
        co_return LoginResult::bad;
    }
    auto const slot = co_await queue_.enter(client);
    if (!slot) {
        co_return LoginResult::busy;
    }
    // The same login may have been verified in the meantime.
    if (auto const known = recall(header); known != LoginResult::unknown) {
        co_return known;
    }
    auto const user = users_.find(login->user);
    auto const is_known = user != users_.end();
    auto hash = unknown_user_hash_;
    if (is_known) {
        hash = user->second;
    }
    auto work = [hash, slowest = unknown_user_hash_, password = login->password](std::stop_token) {
        return check_password(hash, slowest, password);
    };
    auto const fits = co_await offload(work);
    auto const result = fits && is_known ? LoginResult::good : LoginResult::bad;
    remember(digest(login->user, login->password), result);
    co_return result;
}

void Credentials::remember(std::string digest, LoginResult result) {
    if (result == LoginResult::good) {
        good_.insert(std::move(digest));
        return;
    }
    if (bad_.size() >= bad_limit) {
        bad_.clear();
    }
    bad_.insert(std::move(digest));
}

bool is_password(std::string const& hash, std::string const& password) {
    // bcrypt stops at a NUL, so reject a password that contains one.
    if (password.find('\0') != password.npos) {
        return false;
    }
    auto const data = std::make_unique<crypt_data>();
    auto const* const made = ::crypt_r(password.c_str(), hash.c_str(), data.get());
    return made != nullptr && hash.size() == std::char_traits<char>::length(made) &&
           ::CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
}

} // namespace ousage::program::http
