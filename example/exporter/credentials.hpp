#pragma once

#include <asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace ousage::program {

/// The result of checking an Authorization header.
enum class Verdict {
    good,    ///< a user with the right password, or no users are configured
    bad,     ///< no header, unknown user, or wrong password
    unknown, ///< must be verified first
    busy,    ///< too many verifications are running
};

/// The users of the web configuration. Results are cached by a keyed digest, because bcrypt is
/// slow. Used on one thread.
class Credentials {
public:
    /// Users and their bcrypt hashes. Without users, every request is accepted.
    explicit Credentials(std::map<std::string, std::string> users);

    /// Returns the result without running bcrypt, or `unknown`.
    Verdict recall(std::string_view header) const;

    /// Runs bcrypt on a separate thread. An unknown user takes as long as a known one.
    asio::awaitable<Verdict> verify(std::string header);

private:
    std::string digest(std::string_view text) const;
    void remember(std::string digest, Verdict verdict);

    std::map<std::string, std::string> users_;
    std::string salt_;
    std::map<std::string, Verdict> cache_;
    std::size_t running_ = 0;
};

} // namespace ousage::program
