#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/http/http_message.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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
    std::size_t feed(std::string_view bytes) {
        std::size_t used = 0;
        while (used < bytes.size() && step_ != Step::done && step_ != Step::failed) {
            used += in_body() ? take_body(bytes.substr(used)) : take_line(bytes.substr(used));
        }
        return used;
    }

    /// Reports that the peer closed the connection. Completes a body without a length; otherwise an
    /// incomplete response is a failure.
    void finish() {
        if (step_ == Step::until_close) {
            step_ = Step::done;
        } else if (step_ != Step::done) {
            fail(
                Errc::receive, started_ ? "the connection closed within the answer"
                                        : "the connection closed before the answer");
        }
    }

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

    bool in_body() const noexcept {
        return step_ == Step::body || step_ == Step::until_close || step_ == Step::chunk;
    }

    void fail(Errc code, std::string text) {
        failure_ = Failure{{}, make_error_code(code), std::move(text)};
        step_ = Step::failed;
    }

    std::size_t take_body(std::string_view bytes) {
        auto const room = limits_.body_bytes - response_.body.size();
        auto const wanted =
            step_ == Step::until_close
                ? bytes.size()
                : static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
        auto const count = std::min(wanted, room);
        response_.body.append(bytes.substr(0, count));
        left_ -= count;
        if (count < wanted) {
            fail(
                Errc::limit,
                "the body is larger than " + std::to_string(limits_.body_bytes) + " bytes");
        } else if (step_ != Step::until_close && left_ == 0) {
            step_ = step_ == Step::body ? Step::done : Step::chunk_end;
        }
        return count;
    }

    std::size_t take_line(std::string_view bytes) {
        started_ = true;
        auto const end = bytes.find('\n');
        auto const count = end == bytes.npos ? bytes.size() : end + 1;
        head_bytes_ += count;
        if (head_bytes_ > limits_.header_bytes) {
            fail(
                Errc::limit,
                "the header is larger than " + std::to_string(limits_.header_bytes) + " bytes");
            return count;
        }
        line_.append(bytes.substr(0, count));
        if (end != bytes.npos) {
            if (line_.size() < 2 || line_[line_.size() - 2] != '\r') {
                fail(Errc::parse, "a line of the answer's head does not end in CR LF");
            } else {
                line_.resize(line_.size() - 2);
                read_line(line_);
            }
            // Limit the lines between chunks individually: a long body may contain many.
            head_bytes_ = step_ == Step::chunk || step_ == Step::chunk_size ? 0 : head_bytes_;
            line_.clear();
        }
        return count;
    }

    void read_line(std::string_view line) {
        switch (step_) {
        case Step::status_line: read_status_line(line); break;
        case Step::headers: line.empty() ? end_headers() : read_header(line); break;
        case Step::chunk_size: read_chunk_size(line); break;
        case Step::chunk_end:
            line.empty() ? void(step_ = Step::chunk_size)
                         : fail(Errc::parse, "a chunk is longer than it says");
            break;
        case Step::trailers:
            if (line.empty()) {
                step_ = Step::done;
            } else if (!split_field(line)) {
                fail(Errc::parse, "a trailer of the answer is malformed");
            }
            break;
        default: break;
        }
    }

    void read_status_line(std::string_view line) {
        auto const digit = [&](std::size_t at) { return line[at] >= '0' && line[at] <= '9'; };
        auto const version = line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ");
        auto const good = version && line.size() >= 12 && digit(9) && digit(10) && digit(11) &&
                          line[9] != '0' && (line.size() == 12 || line[12] == ' ');
        if (!good || !is_text(line)) {
            fail(Errc::parse, "the answer is not HTTP/1.x");
            return;
        }
        response_.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
        keep_alive_ = line[7] == '1';
        step_ = Step::headers;
    }

    static bool is_text(std::string_view text) {
        return std::all_of(text.begin(), text.end(), [](char letter) {
            auto const code = static_cast<unsigned char>(letter);
            return code == '\t' || (code >= 0x20 && code != 0x7F);
        });
    }

    static bool is_token(std::string_view text) {
        static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
        return !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) {
            return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                   (letter >= 'A' && letter <= 'Z') || others.find(letter) != others.npos;
        });
    }

    // Rejects a space before the colon and folded lines: both have been used for request smuggling.
    static std::optional<Header> split_field(std::string_view line) {
        auto const colon = line.find(':');
        if (colon == line.npos || !is_token(line.substr(0, colon))) {
            return std::nullopt;
        }
        auto value = line.substr(colon + 1);
        auto const first = std::min(value.find_first_not_of(" \t"), value.size());
        value.remove_prefix(first);
        value = value.substr(0, value.find_last_not_of(" \t") + 1);
        if (!is_text(value)) {
            return std::nullopt;
        }
        return Header{std::string(line.substr(0, colon)), std::string(value)};
    }

    void read_header(std::string_view line) {
        auto field = split_field(line);
        if (!field) {
            fail(Errc::parse, "a header of the answer is malformed");
        } else if (same_name(field->name, "Content-Length")) {
            read_length(field->value);
        } else if (same_name(field->name, "Transfer-Encoding")) {
            if (chunked_ || !same_name(field->value, "chunked")) {
                fail(Errc::parse, "the answer has a transfer coding other than chunked");
            }
            chunked_ = true;
        } else if (same_name(field->name, "Connection")) {
            read_connection(field->value);
        }
        if (field && step_ != Step::failed) {
            response_.headers.push_back(std::move(*field));
        }
    }

    void read_length(std::string_view text) {
        std::uint64_t value = 0;
        auto const* const end = text.data() + text.size();
        auto const [rest, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc{} || rest != end || (length_ && *length_ != value)) {
            fail(Errc::parse, "the answer's Content-Length is malformed");
        }
        length_ = value;
    }

    void read_connection(std::string_view value) {
        while (!value.empty()) {
            auto const comma = std::min(value.find(','), value.size());
            auto token = value.substr(0, comma);
            token.remove_prefix(std::min(token.find_first_not_of(" \t"), token.size()));
            token = token.substr(0, token.find_last_not_of(" \t") + 1);
            if (same_name(token, "close")) {
                keep_alive_ = false;
            }
            value.remove_prefix(std::min(comma + 1, value.size()));
        }
    }

    void end_headers() {
        auto const status = response_.status;
        if (status == 101) {
            fail(Errc::parse, "the server changed the protocol, which nobody asked for");
        } else if (status < 200) {
            skip_interim();
        } else if (chunked_ && length_) {
            fail(Errc::parse, "the answer has both Content-Length and Transfer-Encoding");
        } else if (to_head_ || status == 204 || status == 304) {
            step_ = Step::done;
        } else if (chunked_) {
            step_ = Step::chunk_size;
        } else if (length_) {
            left_ = *length_;
            step_ = left_ == 0 ? Step::done : Step::body;
        } else {
            keep_alive_ = false;
            step_ = Step::until_close;
        }
    }

    void skip_interim() {
        if (++interim_ > limits_.interim_responses) {
            fail(Errc::limit, "too many 1xx answers");
            return;
        }
        response_ = {};
        chunked_ = false;
        length_.reset();
        step_ = Step::status_line;
    }

    void read_chunk_size(std::string_view line) {
        auto const semicolon = std::min(line.find(';'), line.size());
        auto digits = line.substr(0, semicolon);
        digits = digits.substr(0, digits.find_last_not_of(" \t") + 1);
        auto const* const end = digits.data() + digits.size();
        auto const [rest, error] = std::from_chars(digits.data(), end, left_, 16);
        if (error != std::errc{} || rest != end || digits.empty() || !is_text(line)) {
            fail(Errc::parse, "the size of a chunk is malformed");
            return;
        }
        step_ = left_ == 0 ? Step::trailers : Step::chunk;
    }

    HttpLimits limits_;
    HttpResponse response_;
    std::optional<Failure> failure_;
    std::string line_;
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
