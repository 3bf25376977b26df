#include "example/exporter/http/response.hpp"

#include <cstddef>
#include <utility>

namespace ousage::program::http {

namespace {

// Returns the value of Date, such as `Fri, 27 Nov 2026 18:00:00 GMT`. Formatted once a second.
std::string const& http_date(std::time_t now) {
    static thread_local auto formatted = std::pair<std::time_t, std::string>();
    auto& [time, text] = formatted;
    if (text.empty() || time != now) {
        static constexpr char const* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        static constexpr char const* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        auto parts = std::tm();
        ::gmtime_r(&now, &parts);
        char rest[64];
        auto const size = std::strftime(rest, sizeof(rest), " %Y %H:%M:%S GMT", &parts);
        auto const day = std::to_string(parts.tm_mday);
        time = now;
        text = days[static_cast<std::size_t>(parts.tm_wday)];
        text.append(day.size() == 1 ? ", 0" : ", ").append(day).append(" ");
        text.append(months[static_cast<std::size_t>(parts.tm_mon)]).append(rest, size);
    }
    return text;
}

} // namespace

char const* reason_phrase(int status) {
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";
    }
}

Response text_response(int status, std::string text) {
    auto response = Response();
    response.status = status;
    response.body = std::make_shared<std::string const>(std::move(text) + "\n");
    return response;
}

Response refusal_response(int status) {
    auto const* const text = status == 405   ? "only GET and HEAD are allowed"
                             : status == 413 ? "the body is too large"
                             : status == 414 ? "the request target is too long"
                             : status == 431 ? "the headers are too large"
                             : status == 501 ? "the method or the transfer coding is unknown"
                             : status == 505 ? "only HTTP/1.0 and HTTP/1.1 are supported"
                                             : "the request is not valid";
    auto response = text_response(status, text);
    if (status == 405) {
        response.fields = "Allow: GET, HEAD\r\n";
    }
    return response;
}

std::string
response_head(Response const& response, bool keep_alive, bool is_http_1_0, std::time_t now) {
    auto text = std::string();
    text.reserve(256 + response.fields.size());
    text.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    text.append(reason_phrase(response.status));
    text.append("\r\nDate: ").append(http_date(now));
    text.append("\r\nContent-Type: ").append(response.content_type);
    text.append("\r\nContent-Length: ").append(std::to_string(response.body->size()));
    text.append("\r\n").append(response.fields);
    if (!keep_alive) {
        text.append("Connection: close\r\n");
    } else if (is_http_1_0) {
        text.append("Connection: keep-alive\r\n");
    }
    return text.append("\r\n");
}

} // namespace ousage::program::http
