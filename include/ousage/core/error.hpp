#pragma once

#include <ousage/config.hpp>

#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

// Visible outside of a shared library that hides its names.
#if defined(_WIN32)
#    define OUSAGE_SHARED
#else
#    define OUSAGE_SHARED __attribute__((visibility("default")))
#endif

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

class OUSAGE_SHARED ErrorCategory final : public std::error_category {
public:
    char const* name() const noexcept override { return "ousage"; }

    std::string message(int value) const override;

    bool equivalent(int value, std::error_condition const& condition) const noexcept override;

    bool equivalent(std::error_code const& code, int condition) const noexcept override;
};

} // namespace detail

/// The error category of `Errc`, with the name `ousage`.
///
/// The standard library compares categories by address. The function has default visibility even if
/// a library is built with `-fvisibility=hidden`, so that the dynamic linker uses one object for
/// all libraries of a process. Libraries that are built with different options of ousage, linked
/// with
/// `-Bsymbolic` or loaded with `RTLD_LOCAL` can have objects of their own. `code == Errc::timeout`
/// and the comparison with a `std::error_condition` compare the name of the category and hold for
/// them too; `==` of two `std::error_code` does not.
OUSAGE_SHARED inline std::error_category const& error_category() noexcept {
    static detail::ErrorCategory const category;
    return category;
}

/// Enables the conversion `std::error_code code = Errc::parse;`.
inline std::error_code make_error_code(Errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

/// True if the code has that value and a category with the name of ours, from any library.
inline bool operator==(std::error_code const& code, Errc value) noexcept {
    return code.value() == static_cast<int>(value) &&
           (code.category() == error_category() ||
            std::string_view(code.category().name()) == error_category().name());
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
OUSAGE_DECL std::string to_string(Failure const& failure);

} // namespace OUSAGE_NAMESPACE

template <>
struct std::is_error_code_enum<ousage::Errc> : std::true_type {};

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/error.hpp>
#endif
