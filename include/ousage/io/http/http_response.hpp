#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/http/http_message.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

/// Incremental parser of one HTTP/1.x response; does no I/O. Strict: input that RFC 9112 forbids or
/// leaves ambiguous is an error. The limits bound the memory use, whatever sizes the peer
/// announces. Skips 1xx responses.
class HttpResponseReader {
public:
    /// `to_head`: the response is for a HEAD request and has no body.
    explicit HttpResponseReader(bool to_head = false, HttpLimits limits = {})
        : limits_(limits), to_head_(to_head) {}

    /// Consumes bytes and returns how many of them belong to this response. Returns less than the
    /// size of the input only if the response is complete or has failed.
    std::size_t feed(std::string_view bytes);

    /// Reports that the peer closed the connection. Completes a body without a length; otherwise an
    /// incomplete response is a failure.
    void finish();

    /// Returns true if the response is complete.
    bool done() const noexcept { return step_ == Step::done; }

    /// Returns the error; empty if there is none.
    std::optional<Failure> const& failure() const noexcept { return failure_; }

    /// Returns true if at least one byte was consumed.
    bool started() const noexcept { return started_; }

    /// Returns true if the connection can be reused after this response.
    bool keep_alive() const noexcept { return done() && keep_alive_; }

    /// Returns the response; complete only if `done` returns true.
    HttpResponse& response() noexcept { return response_; }

private:
    enum class Step {
        status_line, // "HTTP/1.1 200 OK"
        headers,     // fields, up to an empty line
        body,        // `left_` bytes
        until_close, // all bytes until the peer closes
        chunk_size,  // line with a hexadecimal number
        chunk,       // `left_` bytes of a chunk
        chunk_end,   // empty line after a chunk
        trailers,    // fields, up to an empty line; ignored
        done,
        failed,
    };

    void fail(Errc code, std::string text);
    std::size_t read_body(std::string_view bytes);
    std::size_t read_head(std::string_view bytes);
    void read_line(std::string_view line);
    void read_status_line(std::string_view line);
    void read_header(std::string_view line);
    void read_length(std::string_view text);
    void read_chunk_size(std::string_view line);
    void read_chunk_end(std::string_view line);
    void read_trailer(std::string_view line);
    void end_headers();
    void skip_interim();

    HttpLimits limits_;
    HttpResponse response_;
    std::optional<Failure> failure_;
    std::string line_; // the current line so far
    std::optional<std::uint64_t> length_;
    std::uint64_t left_ = 0;
    std::size_t head_bytes_ = 0;
    std::size_t interim_ = 0;
    Step step_ = Step::status_line;
    bool to_head_;
    bool chunked_ = false;
    bool keep_alive_ = true;
    bool started_ = false;
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/http_response.hpp>
#endif
