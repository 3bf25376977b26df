#include "example/exporter/request_watch.hpp"

#include <algorithm>
#include <utility>

namespace ousage::program {

RequestWatch& RequestWatch::self(http_parser* parser) {
    return *static_cast<RequestWatch*>(parser->data);
}

void RequestWatch::begin() {
    ::http_parser_init(&parser_, HTTP_REQUEST);
    parser_.data = this;
    target_ = name_ = value_ = fields_ = body_ = 0;
    open_ = complete_ = false;
}

int RequestWatch::refuse(int status) {
    refusal_ = status;
    return -1; // an error in every callback; 1 has another meaning in on_headers_complete
}

http_parser_settings const& RequestWatch::callbacks() {
    static auto const made = [] {
        auto settings = http_parser_settings{};
        ::http_parser_settings_init(&settings);
        settings.on_message_begin = [](http_parser* parser) {
            self(parser).open_ = true;
            return 0;
        };
        settings.on_url = [](http_parser* parser, char const*, std::size_t size) {
            auto& watch = self(parser);
            watch.target_ += size;
            return watch.target_ > max_target ? watch.refuse(414) : 0;
        };
        settings.on_header_field = [](http_parser* parser, char const*, std::size_t size) {
            auto& watch = self(parser);
            // A name may be passed in parts. After a value, a new field begins.
            if (watch.name_ == 0) {
                ++watch.fields_;
            }
            watch.name_ += size;
            watch.value_ = 0;
            auto const fits = watch.fields_ <= max_fields && watch.name_ <= max_field_name;
            return fits ? 0 : watch.refuse(431);
        };
        settings.on_header_value = [](http_parser* parser, char const* text, std::size_t size) {
            auto& watch = self(parser);
            // http_parser accepts control characters other than line ends.
            auto const is_control = [](char character) {
                auto const code = static_cast<unsigned char>(character);
                return (code < 0x20 && code != '\t') || code == 0x7f;
            };
            if (std::any_of(text, text + size, is_control)) {
                return watch.refuse(400);
            }
            watch.name_ = 0;
            watch.value_ += size;
            return watch.value_ > max_field_value ? watch.refuse(431) : 0;
        };
        settings.on_headers_complete = [](http_parser* parser) {
            auto& watch = self(parser);
            auto const length = parser->content_length; // all bits set if there is none
            if (parser->http_major != 1) {
                return watch.refuse(505);
            }
            return length > max_body && length + 1 != 0 ? watch.refuse(413) : 0;
        };
        settings.on_body = [](http_parser* parser, char const*, std::size_t size) {
            auto& watch = self(parser);
            watch.body_ += size;
            return watch.body_ > max_body ? watch.refuse(413) : 0;
        };
        settings.on_message_complete = [](http_parser* parser) {
            self(parser).complete_ = true;
            ::http_parser_pause(parser, 1);
            return 0;
        };
        return settings;
    }();
    return made;
}

RequestWatch::Parsed RequestWatch::parse(std::string_view bytes) {
    if (upgrade_) {
        return {bytes.size(), 0, false};
    }
    auto const size = ::http_parser_execute(&parser_, &callbacks(), bytes.data(), bytes.size());
    if (complete_) {
        upgrade_ = parser_.upgrade != 0;
        begin();
        return {size, 0, true};
    }
    auto const error = HTTP_PARSER_ERRNO(&parser_);
    if (error != HPE_OK && refusal_ == 0) {
        refusal_ = error == HPE_HEADER_OVERFLOW ? 431 : 400;
    }
    return {size, refusal_, false};
}

std::string refusal_response(int status) {
    auto const [line, text] =
        status == 413   ? std::pair("413 Content Too Large", "a request has no body here")
        : status == 414 ? std::pair("414 URI Too Long", "the path is too long")
        : status == 431 ? std::pair("431 Request Header Fields Too Large", "too many headers")
        : status == 505 ? std::pair("505 HTTP Version Not Supported", "HTTP/1.1 is spoken here")
                        : std::pair("400 Bad Request", "this is no HTTP");
    auto const body = std::string(text) + "\n";
    return std::string("HTTP/1.1 ") + line +
           "\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
           "X-Content-Type-Options: nosniff\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

} // namespace ousage::program
