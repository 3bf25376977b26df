#pragma once

#include "example/exporter/http/request.hpp"

#include <llhttp.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace ousage::program::http {

/// Parses the requests of one connection with llhttp, and refuses what RFC 9112 does not allow and
/// what exceeds the limits. The same bytes in any pieces give the same requests.
class Parser {
public:
    static constexpr std::size_t max_head = 32 * 1024;  ///< bytes up to the end of the headers
    static constexpr std::size_t max_target = 8 * 1024; ///< bytes
    static constexpr std::size_t max_name = 256;        ///< bytes of a header's name
    static constexpr std::size_t max_value = 8 * 1024;  ///< bytes of a header's value
    static constexpr std::size_t max_fields = 100;      ///< headers of a request
    static constexpr std::size_t max_body = 16 * 1024;  ///< bytes, with chunk sizes and trailers

    /// Where `parse` stopped.
    enum class Stop {
        input, ///< at the end of the input: more is needed
        head,  ///< at the end of the headers: call again, even without input
        end,   ///< at the end of the request, or of what was read of a refused one
    };

    Parser();
    Parser(Parser const&) = delete;
    Parser& operator=(Parser const&) = delete;

    /// Starts a new request. Must not be called after a refused one.
    void begin();

    /// Parses `input` up to the next stop and removes the parsed bytes from it. Must not be called
    /// after a refused request.
    Stop parse(std::string_view& input);

    /// Refuses the request, because the client ended the connection within it. Does nothing before
    /// its first byte.
    void finish();

    /// Returns true if the request has begun. Empty lines before it do not count.
    bool has_begun() const noexcept { return has_begun_; }

    /// Returns the request; complete after `Stop::end`.
    Request const& request() const noexcept { return request_; }

private:
    template <void (Parser::*Member)(std::string_view)>
    static int on_data(llhttp_t* parser, char const* bytes, std::size_t size);
    template <int (Parser::*Member)()>
    static int on_event(llhttp_t* parser);
    static llhttp_settings_t const& settings();

    void refuse(int status);
    void require(bool good, int status);
    void append(std::string& text, std::string_view part, std::size_t limit, int status);
    int start_message();
    void add_target(std::string_view part);
    void add_name(std::string_view part);
    void add_value(std::string_view part);
    int end_field();
    int end_head();
    int end_message();

    llhttp_t parser_;
    Request request_;
    bool has_begun_ = false, in_head_ = true;
    std::size_t size_ = 0; // bytes of the head or, after it, of the body
    std::size_t fields_ = 0, hosts_ = 0, codings_ = 0;
    std::string name_, value_;
};

} // namespace ousage::program::http
