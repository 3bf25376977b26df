#include "example/exporter/credentials.hpp"

#include "example/exporter/web_config.hpp"
#include <ousage/core/offload.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace ousage::program {

namespace {

constexpr std::size_t running_limit = 4;
constexpr std::size_t cache_limit = 256;

// Hash of an unknown password, used to verify a user that does not exist.
constexpr char const* unknown_user_hash =
    "$2b$10$pxtf6qhRJ5aQRfNTPnoUmuXKYfDQWYbQjHSQQ4DOzFdDhVsRI8yIW";

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

Credentials::Credentials(std::map<std::string, std::string> users)
    : users_(std::move(users)), salt_(32, '\0') {
    if (::RAND_bytes(reinterpret_cast<unsigned char*>(salt_.data()), 32) != 1) {
        throw std::runtime_error("OpenSSL has no random bytes");
    }
}

std::string Credentials::digest(std::string_view text) const {
    auto bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>{};
    unsigned length = 0;
    ::HMAC(
        ::EVP_sha256(), salt_.data(), static_cast<int>(salt_.size()),
        reinterpret_cast<unsigned char const*>(text.data()), text.size(), bytes.data(), &length);
    return {bytes.begin(), bytes.begin() + length};
}

Verdict Credentials::recall(std::string_view header) const {
    if (users_.empty()) {
        return Verdict::good;
    }
    if (header.empty() || !login_in(header)) {
        return Verdict::bad;
    }
    auto const known = cache_.find(digest(header));
    return known == cache_.end() ? Verdict::unknown : known->second;
}

asio::awaitable<Verdict> Credentials::verify(std::string header) {
    auto const login = login_in(header);
    if (!login) {
        co_return Verdict::bad;
    }
    if (running_ >= running_limit) {
        co_return Verdict::busy;
    }
    auto const user = users_.find(login->user);
    auto const is_known = user != users_.end();
    auto hash = std::string(unknown_user_hash);
    if (is_known) {
        hash = user->second;
    }
    auto work = [hash, password = login->password](std::stop_token) {
        return is_password(hash, password);
    };
    ++running_;

    struct Slot {
        std::size_t& running;

        ~Slot() { --running; }
    } const slot{running_};

    auto const fits = co_await offload(work);
    auto const verdict = fits && is_known ? Verdict::good : Verdict::bad;
    remember(digest(header), verdict);
    co_return verdict;
}

void Credentials::remember(std::string digest, Verdict verdict) {
    if (cache_.size() >= cache_limit) {
        cache_.clear();
    }
    cache_[std::move(digest)] = verdict;
}

} // namespace ousage::program
