#pragma once

#include <ousage/config.hpp>

#include <string>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Where an observation failed: one code for each stage, so that a user reads which stage it was.
enum class Errc {
    resolve = 1,   ///< the host name has no address, or the look-up failed
    connect,       ///< no connection to any address of the host
    tls,           ///< handshake, certificate or host name
    send,          ///< the request could not be written
    receive,       ///< the answer ended or broke before it was whole
    status,        ///< the answer was whole, and is an HTTP status that says no
    parse,         ///< the bytes are not what they should be
    limit,         ///< larger than we are willing to hold
    timeout,       ///< the deadline struck
    cancelled,     ///< the caller went away
    file,          ///< a file or folder could not be opened or read
    database,      ///< SQLite says no
    configuration, ///< an option, key or file of the user is wrong
    unsupported,   ///< this build has no TLS, SQLite or journal
    exception,     ///< a source threw what it should have reported
    unauthorized,  ///< the key or the cookie was refused
    rate_limited,  ///< asked too often: the server says when to ask again
};

namespace detail {

class ErrorCategory final : public std::error_category {
public:
    char const* name() const noexcept override { return "ousage"; }

    std::string message(int value) const override {
        switch (static_cast<Errc>(value)) {
        case Errc::resolve: return "cannot resolve the host";
        case Errc::connect: return "cannot connect";
        case Errc::tls: return "TLS failed";
        case Errc::send: return "cannot send the request";
        case Errc::receive: return "the answer is incomplete";
        case Errc::status: return "the server refused";
        case Errc::parse: return "the answer is malformed";
        case Errc::limit: return "the answer is too large";
        case Errc::timeout: return "the deadline passed";
        case Errc::cancelled: return "cancelled";
        case Errc::file: return "cannot read the file";
        case Errc::database: return "cannot read the database";
        case Errc::configuration: return "the configuration is wrong";
        case Errc::unsupported: return "not supported by this build";
        case Errc::exception: return "unexpected failure";
        case Errc::unauthorized: return "the key was refused";
        case Errc::rate_limited: return "asked too often";
        }
        return "unknown failure";
    }
};

} // namespace detail

/// The category of every `Errc`.
inline std::error_category const& error_category() noexcept {
    static detail::ErrorCategory const category;
    return category;
}

/// Lets `std::error_code code = Errc::parse;` work.
inline std::error_code make_error_code(Errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

/// What failed, and why. `text` is made for people, once, where the failure is seen; it never holds
/// a key, a cookie, a header, a prompt or a line of a log.
struct Failure {
    std::string part;     ///< the part inside the source, such as `tags`; empty: the whole source
    std::error_code code; ///< the stage, for programs
    std::string text;     ///< for people; empty: `code.message()`

    bool operator==(Failure const&) const = default;
};

/// One line for people: `part: text`, or the code's own words where there is no text.
inline std::string to_string(Failure const& failure) {
    auto const text = failure.text.empty() ? failure.code.message() : failure.text;
    return failure.part.empty() ? text : failure.part + ": " + text;
}

} // namespace OUSAGE_NAMESPACE

template <>
struct std::is_error_code_enum<ousage::Errc> : std::true_type {};
