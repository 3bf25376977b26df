#pragma once

#include <asio/awaitable.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace ousage::program {

/// What an Authorization header is worth.
enum class Verdict {
    good,    ///< a user and the password, or nobody needs one
    bad,     ///< no header, no user, no password, or the wrong one
    unknown, ///< it must be verified first
    busy,    ///< too many are being verified
};

/// The users of the web configuration. What was verified once is remembered, by a keyed digest, for
/// bcrypt takes long. Used on one thread.
class Credentials {
public:
    /// Users and their bcrypt hashes; without any everyone is let in.
    explicit Credentials(std::map<std::string, std::string> users);

    /// What is known without asking bcrypt.
    Verdict recall(std::string_view header) const;

    /// Asks bcrypt on a thread of its own; a user that is not there takes as long as one that is.
    asio::awaitable<Verdict> verify(std::string header);

private:
    std::string digest(std::string_view text) const;
    void remember(std::string digest, Verdict verdict);

    std::map<std::string, std::string> users_;
    std::string salt_;
    std::map<std::string, Verdict> known_;
    std::size_t running_ = 0;
};

} // namespace ousage::program
