#pragma once

#include <ousage/core/error.hpp>

#include <string>
#include <string_view>
#include <system_error>

namespace OUSAGE_NAMESPACE {

namespace detail {

OUSAGE_DECL std::string ErrorCategory::message(int value) const {
    switch (static_cast<Errc>(value)) {
    case Errc::resolve: return "cannot resolve the host";
    case Errc::connect: return "cannot connect";
    case Errc::tls: return "the TLS handshake failed";
    case Errc::send: return "cannot send the request";
    case Errc::receive: return "the response is incomplete";
    case Errc::status: return "the server returned an error status";
    case Errc::parse: return "the data is malformed";
    case Errc::limit: return "the data exceeds a size limit";
    case Errc::timeout: return "the deadline passed";
    case Errc::cancelled: return "cancelled";
    case Errc::file: return "cannot read the file";
    case Errc::database: return "cannot read the database";
    case Errc::configuration: return "the configuration is invalid";
    case Errc::unsupported: return "not supported by this build";
    case Errc::exception: return "unexpected exception";
    case Errc::unauthorized: return "the server rejected the key";
    case Errc::rate_limited: return "too many requests";
    }
    return "unknown error";
}

OUSAGE_DECL bool
ErrorCategory::equivalent(int value, std::error_condition const& condition) const noexcept {
    return condition.value() == value && std::string_view(condition.category().name()) == name();
}

OUSAGE_DECL bool
ErrorCategory::equivalent(std::error_code const& code, int condition) const noexcept {
    return code.value() == condition && std::string_view(code.category().name()) == name();
}

} // namespace detail

OUSAGE_DECL std::string to_string(Failure const& failure) {
    auto const text = failure.text.empty() ? failure.code.message() : failure.text;
    return failure.part.empty() ? text : failure.part + ": " + text;
}

} // namespace OUSAGE_NAMESPACE
