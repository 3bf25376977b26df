#pragma once

#include <ousage/config.hpp>

#include <string>
#include <system_error>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// The stage at which an observation failed, one code for each stage.
enum class Errc {
    resolve = 1,   ///< the host name has no address, or the lookup failed
    connect,       ///< no connection to any address of the host
    tls,           ///< the handshake, the certificate or the host name check failed
    send,          ///< the request could not be written
    receive,       ///< the connection ended or failed before the response was complete
    status,        ///< the response is complete and has an HTTP error status
    parse,         ///< the data is malformed
    limit,         ///< the data exceeds a size limit
    timeout,       ///< the deadline passed
    cancelled,     ///< the caller cancelled the operation
    file,          ///< a file or directory could not be opened or read
    database,      ///< SQLite reported an error
    configuration, ///< an option, key or file of the user is invalid
    unsupported,   ///< this build has no TLS, SQLite or journal support
    exception,     ///< a source threw an exception instead of reporting a failure
    unauthorized,  ///< the server rejected the key or the cookie
    rate_limited,  ///< too many requests; the server reports when to retry
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

/// The error category of `Errc`.
inline std::error_category const& error_category() noexcept {
    static detail::ErrorCategory const category;
    return category;
}

/// Enables the conversion `std::error_code code = Errc::parse;`.
inline std::error_code make_error_code(Errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

/// What failed, and why. `text` is human-readable and is set where the failure is detected. It
/// never contains a key, a cookie, a header, a prompt or a log line.
struct Failure {
    std::string part;     ///< the part of the source, such as `tags`; empty: the whole source
    std::error_code code; ///< the stage, for programs
    std::string text;     ///< human-readable; empty: use `code.message()`

    bool operator==(Failure const&) const = default;
};

/// One human-readable line, `part: text`. Uses the message of the code if there is no text.
inline std::string to_string(Failure const& failure) {
    auto const text = failure.text.empty() ? failure.code.message() : failure.text;
    return failure.part.empty() ? text : failure.part + ": " + text;
}

} // namespace OUSAGE_NAMESPACE

template <>
struct std::is_error_code_enum<ousage::Errc> : std::true_type {};
