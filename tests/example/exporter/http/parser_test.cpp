#include "example/exporter/http/parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace ousage::program::http;

// Parses all requests of `bytes`, passed in pieces of `step` bytes, up to the first refused one.
std::vector<Request> parse(std::string_view bytes, std::size_t step) {
    auto parser = Parser();
    auto requests = std::vector<Request>{};
    auto part = std::string_view();
    while (!part.empty() || !bytes.empty()) {
        if (part.empty()) {
            part = bytes.substr(0, step);
            bytes.remove_prefix(part.size());
        }
        auto stop = parser.parse(part);
        if (stop == Parser::Stop::head) {
            stop = parser.parse(part);
        }
        if (stop == Parser::Stop::end) {
            requests.push_back(parser.request());
            if (parser.request().refusal != 0) {
                return requests;
            }
            parser.begin();
        }
    }
    parser.finish();
    if (parser.has_begun()) {
        requests.push_back(parser.request());
    }
    return requests;
}

// Returns the only request of `bytes`, which does not depend on the pieces.
Request parse_one(std::string const& bytes) {
    auto const whole = parse(bytes, bytes.size());
    auto const pieces = parse(bytes, 1);
    EXPECT_EQ(whole.size(), 1u) << bytes.substr(0, 80);
    EXPECT_EQ(pieces.size(), 1u) << bytes.substr(0, 80);
    EXPECT_EQ(whole.front().refusal == 0, pieces.front().refusal == 0) << bytes.substr(0, 80);
    if (whole.front().refusal == 0) {
        EXPECT_EQ(whole.front().target, pieces.front().target);
    }
    return pieces.front();
}

std::string const get = "GET / HTTP/1.1\r\nHost: x\r\n";

TEST(RequestParser, ReadsTheHeadersThatTheExporterUses) {
    auto const request = parse_one(
        "HEAD /metrics?a=b HTTP/1.1\r\nhost:x\r\nACCEPT: text/plain \t\r\nAccept-Encoding: gzip\r\n"
        "Authorization: Basic YTpi\r\nX-Prometheus-Scrape-Timeout-Seconds:  9.5\r\n"
        "Accept: */*\r\nOther: z\r\n\r\n");
    EXPECT_EQ(request.refusal, 0);
    EXPECT_TRUE(request.is_head);
    EXPECT_TRUE(request.keep_alive);
    EXPECT_FALSE(request.is_http_1_0);
    EXPECT_EQ(request.target, "/metrics?a=b");
    EXPECT_EQ(request.accept, "text/plain, */*");
    EXPECT_EQ(request.accept_encoding, "gzip");
    EXPECT_EQ(request.authorization, "Basic YTpi");
    EXPECT_EQ(request.scrape_timeout, "9.5");
    EXPECT_EQ(request.host, "x");
    EXPECT_FALSE(request.is_forwarded);
}

TEST(RequestParser, DetectsTheHeadersOfAProxy) {
    for (auto const* const header :
         {"Forwarded: for=192.0.2.1", "x-forwarded-for: 192.0.2.1", "X-Real-IP: 192.0.2.1",
          "X-Forwarded-Host: x", "X-Forwarded-Proto: https", "X-Forwarded-Server: x",
          "Via: 1.1 proxy"}) {
        EXPECT_TRUE(parse_one(get + header + "\r\n\r\n").is_forwarded) << header;
    }
    EXPECT_FALSE(parse_one(get + "X-Forwarded: 1\r\n\r\n").is_forwarded);
}

TEST(RequestParser, KeepsConnectionAccordingToVersionAndHeader) {
    EXPECT_TRUE(parse_one(get + "\r\n").keep_alive);
    EXPECT_FALSE(parse_one(get + "Connection: close\r\n\r\n").keep_alive);
    EXPECT_FALSE(parse_one("GET / HTTP/1.0\r\n\r\n").keep_alive);
    auto const old = parse_one("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(old.keep_alive);
    EXPECT_TRUE(old.is_http_1_0);
}

TEST(RequestParser, ReadsPipelinedRequestsWithBodies) {
    auto const bytes = "\r\n" + get + "Content-Length: 5\r\n\r\nhello" + get +
                       "Transfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nAccept: x\r\n\r\n" +
                       get + "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n" + get +
                       "Accept: y\r\n\r\n";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        auto const requests = parse(bytes, step);
        ASSERT_EQ(requests.size(), 4u) << step;
        for (auto const& request : requests) {
            EXPECT_EQ(request.refusal, 0);
        }
        EXPECT_EQ(requests[1].accept, ""); // trailers are no headers
        EXPECT_EQ(requests[3].accept, "y");
    }
}

TEST(RequestParser, ExpectsContinueOnlyBeforeBody) {
    EXPECT_FALSE(parse_one(get + "Expect: 100-continue\r\n\r\n").expects_continue);
    EXPECT_FALSE(parse_one(get + "Expect: x\r\nContent-Length: 1\r\n\r\n1").expects_continue);
    EXPECT_TRUE(
        parse_one(get + "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n1").expects_continue);
}

TEST(RequestParser, RefusesInvalidRequestWithStatus) {
    struct Row {
        std::string bytes;
        int status;
    };

    Row const rows[] = {
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {get + "Host: y\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: user@x\r\n\r\n", 400},
        {get + "X : y\r\n\r\n", 400},
        {get + ": y\r\n\r\n", 400},
        {get + "no colon\r\n\r\n", 400},
        {get + "X: a\rb\r\n\r\n", 400},
        {get + std::string("X: a\0b\r\n\r\n", 10), 400},
        {get + "Content-Length: +1\r\n\r\n1", 400},
        {get + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {get + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {get + "Transfer-Encoding: gzip\r\n\r\n", 400},
        {get + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
        {get + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n", 400},
        {"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {get + "Content-Length: 16385\r\n\r\n", 413},
        {get + "Transfer-Encoding: chunked\r\n\r\n4001\r\n" + std::string(20000, 'a'), 413},
        {"POST / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
        {"get / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505},
        {"\x16\x03\x01", 400},
        {get, 400},
        {"GET /", 400},
    };
    for (auto const& row : rows) {
        auto const request = parse_one(row.bytes);
        // "gzip" is refused by llhttp or by the header's value.
        if (row.bytes.find(": gzip\r\n") != row.bytes.npos) {
            EXPECT_TRUE(request.refusal == 400 || request.refusal == 501);
        } else {
            EXPECT_EQ(request.refusal, row.status) << row.bytes.substr(0, 80);
        }
        EXPECT_FALSE(request.keep_alive);
    }
}

TEST(RequestParser, LimitsSizesExactly) {
    auto const target = [](std::size_t size) {
        return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
    };
    EXPECT_EQ(parse_one(target(Parser::max_target)).refusal, 0);
    EXPECT_EQ(parse_one(target(Parser::max_target + 1)).refusal, 414);
    auto const value = [](std::size_t size) {
        return get + "X: " + std::string(size, 'a') + "\r\n\r\n";
    };
    EXPECT_EQ(parse_one(value(Parser::max_value)).refusal, 0);
    EXPECT_EQ(parse_one(value(Parser::max_value + 1)).refusal, 431);
    auto const name = [](std::size_t size) { return get + std::string(size, 'a') + ": x\r\n\r\n"; };
    EXPECT_EQ(parse_one(name(Parser::max_name)).refusal, 0);
    EXPECT_EQ(parse_one(name(Parser::max_name + 1)).refusal, 431);
    auto const fields = [](std::size_t count) {
        auto text = get;
        for (std::size_t index = 1; index < count; ++index) {
            text += "X:\r\n";
        }
        return text + "\r\n";
    };
    EXPECT_EQ(parse_one(fields(Parser::max_fields)).refusal, 0);
    EXPECT_EQ(parse_one(fields(Parser::max_fields + 1)).refusal, 431);
    auto const body = [](std::size_t size) {
        return get + "Content-Length: " + std::to_string(size) + "\r\n\r\n" +
               std::string(size, 'a');
    };
    EXPECT_EQ(parse_one(body(Parser::max_body)).refusal, 0);
    EXPECT_EQ(parse_one(body(Parser::max_body + 1)).refusal, 413);
    // Space before a value is in no header, but in the size of the head.
    auto const head = get + "X:" + std::string(Parser::max_head, ' ') + "a\r\n\r\n";
    EXPECT_EQ(parse_one(head).refusal, 431);
}

TEST(RequestParser, EmptyLinesAreNoRequest) {
    EXPECT_TRUE(parse("\r\n\r\n\r\n", 1).empty());
}

} // namespace
