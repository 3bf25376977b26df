#pragma once

#include <http_parser.h>

#include <optional>
#include <string>
#include <string_view>

namespace ousage::test {

/// A response as parsed by http_parser (2.9.4, lenient mode off).
struct ParserResult {
    int status = 0;
    std::string body;
    bool done = false;
};

/// Parses the first final response in `bytes`, followed by the end of the connection. Empty if
/// http_parser rejects it.
inline std::optional<ParserResult> run_http_parser(std::string_view bytes, bool to_head) {
    struct State {
        ParserResult result;
        bool to_head;
    } state{{}, to_head};

    auto settings = http_parser_settings{};
    ::http_parser_settings_init(&settings);
    settings.on_message_begin = [](http_parser* parser) {
        static_cast<State*>(parser->data)->result = {};
        return 0;
    };
    settings.on_headers_complete = [](http_parser* parser) {
        auto& own = *static_cast<State*>(parser->data);
        own.result.status = static_cast<int>(parser->status_code);
        return own.to_head && parser->status_code >= 200 ? 1 : 0;
    };
    settings.on_body = [](http_parser* parser, char const* data, std::size_t size) {
        static_cast<State*>(parser->data)->result.body.append(data, size);
        return 0;
    };
    settings.on_message_complete = [](http_parser* parser) {
        auto& own = *static_cast<State*>(parser->data);
        own.result.done = true;
        // Skip 1xx responses and ignore everything after the final response.
        if (own.result.status >= 200) {
            ::http_parser_pause(parser, 1);
        }
        return 0;
    };
    auto parser = http_parser{};
    ::http_parser_init(&parser, HTTP_RESPONSE);
    parser.data = &state;
    ::http_parser_execute(&parser, &settings, bytes.data(), bytes.size());
    if (HTTP_PARSER_ERRNO(&parser) == HPE_OK) {
        ::http_parser_execute(&parser, &settings, nullptr, 0);
    }
    auto const code = HTTP_PARSER_ERRNO(&parser);
    auto const good = code == HPE_OK || code == HPE_PAUSED;
    return good && state.result.done && state.result.status >= 200
               ? std::optional(std::move(state.result))
               : std::nullopt;
}

} // namespace ousage::test
