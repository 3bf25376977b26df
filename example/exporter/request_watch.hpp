#pragma once

#include <http_parser.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace ousage::program {

/// Parses the bytes of a client in order to refuse invalid requests with a response, because
/// RESTinio closes the connection without one. The limits are below those set for RESTinio, so that
/// these apply first.
class RequestWatch {
public:
    static constexpr std::size_t max_target = 8 * 1024;      ///< bytes of path and query
    static constexpr std::size_t max_field_name = 256;       ///< bytes
    static constexpr std::size_t max_field_value = 8 * 1024; ///< bytes
    static constexpr std::size_t max_fields = 100;           ///< headers of one request
    static constexpr std::size_t max_body = 16 * 1024;       ///< bytes; the content is ignored

    /// The result of parsing some bytes.
    struct Parsed {
        std::size_t size = 0; ///< number of bytes parsed: up to the end of a request, otherwise all
        int refusal = 0;      ///< status of the response if the request is invalid, otherwise 0
        bool complete = false; ///< a request ends after these bytes
    };

    /// Expects the first request.
    RequestWatch() { begin(); }

    RequestWatch(RequestWatch const&) = delete;
    RequestWatch& operator=(RequestWatch const&) = delete;

    /// Parses the next bytes. After an upgrade request, all bytes are accepted.
    Parsed parse(std::string_view bytes);

    /// Returns true if a request has begun and not ended.
    bool is_open() const noexcept { return open_; }

    /// Returns true after an upgrade request. The following bytes are not parsed.
    bool is_upgrade() const noexcept { return upgrade_; }

private:
    static http_parser_settings const& callbacks();
    static RequestWatch& self(http_parser* parser);

    void begin();
    int refuse(int status);

    http_parser parser_;
    std::size_t target_ = 0, name_ = 0, value_ = 0, fields_ = 0, body_ = 0;
    int refusal_ = 0;
    bool open_ = false, complete_ = false, upgrade_ = false;
};

/// Returns the complete response with a status of `Parsed::refusal`. The connection closes after
/// it.
std::string refusal_response(int status);

} // namespace ousage::program
