#pragma once

#include <http_parser.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace ousage::program {

/// Reads along what a client sends and says what is no request of ours, for RESTinio itself only
/// hangs up then. Limits are below those that RESTinio is given, so that it never comes to that.
class RequestWatch {
public:
    static constexpr std::size_t max_target = 8 * 1024;      ///< bytes of path and query
    static constexpr std::size_t max_field_name = 256;       ///< bytes
    static constexpr std::size_t max_field_value = 8 * 1024; ///< bytes
    static constexpr std::size_t max_fields = 100;           ///< headers of one request
    static constexpr std::size_t max_body = 16 * 1024;       ///< bytes, which nobody reads

    /// What was seen in some bytes.
    struct Seen {
        std::size_t size = 0;  ///< so many were read: up to the end of a request, else all
        int refusal = 0;       ///< the status of the answer; 0: nothing is wrong
        bool complete = false; ///< a request ends there
    };

    /// Waits for a first request.
    RequestWatch() { begin(); }

    RequestWatch(RequestWatch const&) = delete;
    RequestWatch& operator=(RequestWatch const&) = delete;

    /// Reads the next bytes. Behind a request for another protocol nothing is wrong any longer.
    Seen look(std::string_view bytes);

    /// Whether a request has begun and not ended.
    bool is_open() const noexcept { return open_; }

    /// Whether the client asked for another protocol, and is read no more.
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

/// The whole answer with that status, after which the connection ends: one that `Seen` has.
std::string refusal_answer(int status);

} // namespace ousage::program
