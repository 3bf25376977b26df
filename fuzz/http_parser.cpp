// Feeds requests to the server's parser in one piece and in small pieces: it must find the same
// requests and refuse the same input.
#include "check.hpp"
#include "example/exporter/http/parser.hpp"
#include "example/exporter/http/response.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace ousage::program::http;

// Returns one text for each request. The status of a refusal is not compared, because it depends on
// which error is detected first.
std::vector<std::string> parse(std::string_view bytes, std::size_t step) {
    auto parser = Parser();
    auto requests = std::vector<std::string>{};
    auto part = std::string_view();
    for (;;) {
        if (part.empty() && bytes.empty()) {
            break;
        }
        if (part.empty()) {
            part = bytes.substr(0, step);
            bytes.remove_prefix(part.size());
        }
        auto const size = part.size();
        auto stop = parser.parse(part);
        check(part.size() <= size);
        check(stop != Parser::Stop::input || part.empty());
        if (stop == Parser::Stop::head) {
            check(parser.request().refusal == 0);
            stop = parser.parse(part); // a request without a body ends here
        }
        if (stop == Parser::Stop::end) {
            auto const& request = parser.request();
            if (request.refusal != 0) {
                check(*reason_phrase(request.refusal) != '\0' && !request.keep_alive);
                requests.push_back("refused");
                return requests;
            }
            auto const parts = split_target(request.target);
            check(parts.path.size() + parts.query.size() <= request.target.size() + 1);
            auto text = request.is_head ? std::string("HEAD ") : std::string("GET ");
            text += request.keep_alive ? "keep " : "close ";
            text += request.is_http_1_0 ? "1.0 " : "1.1 ";
            text += request.expects_continue ? "expect " : "";
            for (auto const* const value :
                 {&request.target, &request.authorization, &request.accept,
                  &request.accept_encoding, &request.scrape_timeout}) {
                text += *value + "\n";
            }
            requests.push_back(text);
            parser.begin();
        }
    }
    parser.finish();
    if (parser.has_begun()) {
        check(parser.request().refusal == 400);
        requests.push_back("unfinished");
    }
    return requests;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const bytes = std::string_view(reinterpret_cast<char const*>(data), size);
    auto const whole = parse(bytes, bytes.size() + 1);
    check(whole == parse(bytes, 1));
    check(whole == parse(bytes, 7));
    return 0;
}
