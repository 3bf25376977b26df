#pragma once

#include "example/exporter/http/login_queue.hpp"

#include <asio/awaitable.hpp>
#include <asio/ip/address.hpp>

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace ousage::program::http {

/// The result of checking an Authorization header.
enum class LoginResult {
    good,    ///< a user with the right password, or no users are configured
    bad,     ///< no header, unknown user, or wrong password
    unknown, ///< must be verified first
    busy,    ///< too many verifications are waiting
};

/// Users with bcrypt-hashed passwords, for Basic authentication. Results are cached by a keyed
/// digest, because bcrypt is slow. Used on one thread.
class Credentials {
public:
    /// Users and their bcrypt hashes. Without users, every request is accepted. At most `waiting`
    /// logins wait; each occupies a connection.
    explicit Credentials(std::map<std::string, std::string> users, std::size_t waiting = 256);

    /// Returns the result without running bcrypt, or `unknown`.
    LoginResult recall(std::string_view header) const;

    /// Runs bcrypt on a separate thread, for the clients in turn. A wrong login takes as long as
    /// the slowest hash, whether the user is known or not. Must outlive the coroutine.
    asio::awaitable<LoginResult> verify(std::string header, asio::ip::address client);

private:
    std::string digest(std::string_view user, std::string_view password) const;
    void remember(std::string digest, LoginResult result);

    std::map<std::string, std::string> users_;
    std::string unknown_user_hash_;
    std::string key_;
    std::set<std::string> good_; // digests, at most one for each user
    std::set<std::string> bad_;  // digests, a limited number
    LoginQueue queue_;
};

/// Returns true if the password matches the bcrypt hash. Takes 50 ms or more.
bool is_password(std::string const& hash, std::string const& password);

} // namespace ousage::program::http
