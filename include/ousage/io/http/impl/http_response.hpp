#pragma once

#include <ousage/io/http/detail/http_line.hpp>
#include <ousage/io/http/http_response.hpp>

#include <algorithm>
#include <utility>

namespace OUSAGE_NAMESPACE::io {

OUSAGE_DECL std::size_t HttpResponseReader::feed(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && step_ != Step::done && step_ != Step::failed) {
        auto const in_body =
            step_ == Step::body || step_ == Step::until_close || step_ == Step::chunk;
        used += in_body ? read_body(bytes.substr(used)) : read_head(bytes.substr(used));
    }
    return used;
}

OUSAGE_DECL void HttpResponseReader::finish() {
    if (step_ == Step::until_close) {
        step_ = Step::done;
    } else if (step_ != Step::done) {
        fail(
            Errc::receive, started_ ? "the connection was closed during the response"
                                    : "the connection was closed before the response");
    }
}

OUSAGE_DECL void HttpResponseReader::fail(Errc code, std::string text) {
    failure_ = Failure{{}, make_error_code(code), std::move(text)};
    step_ = Step::failed;
}

// Consumes bytes of the body, at most up to its end or the end of the chunk.
OUSAGE_DECL std::size_t HttpResponseReader::read_body(std::string_view bytes) {
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

// Consumes bytes up to the end of the current line.
OUSAGE_DECL std::size_t HttpResponseReader::read_head(std::string_view bytes) {
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
            fail(Errc::parse, "a line of the response does not end in CR LF");
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

OUSAGE_DECL void HttpResponseReader::read_line(std::string_view line) {
    switch (step_) {
    case Step::status_line: read_status_line(line); break;
    case Step::headers: line.empty() ? end_headers() : read_header(line); break;
    case Step::chunk_size: read_chunk_size(line); break;
    case Step::chunk_end: read_chunk_end(line); break;
    case Step::trailers: read_trailer(line); break;
    default: break;
    }
}

OUSAGE_DECL void HttpResponseReader::read_status_line(std::string_view line) {
    auto const parsed = detail::parse_status_line(line);
    if (!parsed) {
        fail(Errc::parse, "the response is not HTTP/1.x");
        return;
    }
    response_.status = parsed->status;
    keep_alive_ = parsed->keep_alive;
    step_ = Step::headers;
}

OUSAGE_DECL void HttpResponseReader::read_header(std::string_view line) {
    auto field = detail::parse_field(line);
    if (!field) {
        fail(Errc::parse, "a header of the response is malformed");
    } else if (same_name(field->name, "Content-Length")) {
        read_length(field->value);
    } else if (same_name(field->name, "Transfer-Encoding")) {
        if (chunked_ || !same_name(field->value, "chunked")) {
            fail(Errc::parse, "the response has a transfer coding other than chunked");
        }
        chunked_ = true;
    } else if (same_name(field->name, "Connection")) {
        keep_alive_ = keep_alive_ && !detail::contains_item(field->value, "close");
    }
    if (field && step_ != Step::failed) {
        response_.headers.push_back(std::move(*field));
    }
}

OUSAGE_DECL void HttpResponseReader::read_length(std::string_view text) {
    auto const value = detail::parse_size(text, 10);
    if (!value || (length_ && *length_ != *value)) {
        fail(Errc::parse, "the Content-Length of the response is malformed");
    }
    length_ = value;
}

OUSAGE_DECL void HttpResponseReader::read_chunk_size(std::string_view line) {
    auto const size = detail::parse_chunk_size(line);
    if (!size) {
        fail(Errc::parse, "the size of a chunk is malformed");
        return;
    }
    left_ = *size;
    step_ = left_ == 0 ? Step::trailers : Step::chunk;
}

OUSAGE_DECL void HttpResponseReader::read_chunk_end(std::string_view line) {
    if (line.empty()) {
        step_ = Step::chunk_size;
    } else {
        fail(Errc::parse, "a chunk is longer than its size");
    }
}

OUSAGE_DECL void HttpResponseReader::read_trailer(std::string_view line) {
    if (line.empty()) {
        step_ = Step::done;
    } else if (!detail::parse_field(line)) {
        fail(Errc::parse, "a trailer of the response is malformed");
    }
}

OUSAGE_DECL void HttpResponseReader::end_headers() {
    auto const status = response_.status;
    if (status == 101) {
        fail(Errc::parse, "the server switched protocols without a request");
    } else if (status < 200) {
        skip_interim();
    } else if (chunked_ && length_) {
        fail(Errc::parse, "the response has both Content-Length and Transfer-Encoding");
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

OUSAGE_DECL void HttpResponseReader::skip_interim() {
    if (++interim_ > limits_.interim_responses) {
        fail(Errc::limit, "too many 1xx responses");
        return;
    }
    response_ = {};
    chunked_ = false;
    length_.reset();
    step_ = Step::status_line;
}

} // namespace OUSAGE_NAMESPACE::io
