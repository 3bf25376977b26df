#include "support/http_parser_reference.hpp"
#include <ousage/io/http/http_response.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace ousage;
using namespace ousage::io;

struct Reading {
    bool done = false;
    int status = 0;
    std::string body;
    std::error_code error;
    std::size_t used = 0;
    bool keep_alive = false;

    bool operator==(Reading const&) const = default;
};

Reading
read(std::string_view bytes, std::size_t step, bool to_head = false, HttpLimits limits = {}) {
    auto reader = HttpResponseReader(to_head, limits);
    std::size_t used = 0;
    while (used < bytes.size() && !reader.done() && !reader.failure()) {
        used += reader.feed(bytes.substr(used, step));
    }
    if (!reader.done() && !reader.failure()) {
        reader.finish();
    }
    auto& response = reader.response();
    return {reader.done(), response.status,
            response.body, reader.failure() ? reader.failure()->code : std::error_code{},
            used,          reader.keep_alive()};
}

struct Good {
    std::string bytes;
    int status;
    std::string body;
    bool keep_alive;
};

Good const good[] = {
    {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true},
    {"HTTP/1.1 200 \r\ncontent-length:0\r\n\r\n", 200, "", true},
    {"HTTP/1.1 200\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab", 200, "ab", true},
    {"HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx", 404, "x", false},
    {"HTTP/1.1 200 OK\r\nConnection: a, Close\r\nContent-Length: 0\r\n\r\n", 200, "", false},
    {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", false},
    {"HTTP/1.1 200 OK\r\n\r\nto the end", 200, "to the end", false},
    {"HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, "", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, "", true},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
     "Chunked\r\n\r\n5;a=\"b\"\r\nhello\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n",
     200, "hello0123456789", true},
    {"HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 "
     "OK\r\nContent-Length: 1\r\n\r\nx",
     200, "x", true},
    {"HTTP/1.1 500 \xC3\xA9\r\nContent-Length: 1\r\n\r\nx", 500, "x", true},
};

TEST(HttpResponse, ParsesValidResponsesAtEverySplit) {
    for (auto const& row : good) {
        for (std::size_t step = 1; step <= row.bytes.size(); ++step) {
            auto const reading = read(row.bytes, step);
            ASSERT_TRUE(reading.done) << row.bytes;
            EXPECT_EQ(reading.status, row.status);
            EXPECT_EQ(reading.body, row.body);
            EXPECT_EQ(reading.keep_alive, row.keep_alive) << row.bytes;
            EXPECT_EQ(reading.used, row.bytes.size());
        }
    }
}

TEST(HttpResponse, AgreesWithHttpParser) {
    for (auto const& row : good) {
        // http_parser rejects repeated equal Content-Lengths, which RFC 9112, section 6.3 allows
        // as one, and expects a body after a 304 that has a Content-Length.
        if (row.body == "ab" || row.status == 304) {
            continue;
        }
        auto const reference = test::run_http_parser(row.bytes, false);
        ASSERT_TRUE(reference) << row.bytes;
        EXPECT_EQ(reference->status, row.status);
        EXPECT_EQ(reference->body, row.body);
    }
}

TEST(HttpResponse, TruncatedResponseIsFailure) {
    for (auto const& row : good) {
        auto const to_the_end = row.body == "to the end";
        for (std::size_t size = 0; size < row.bytes.size(); ++size) {
            auto const reading = read(std::string_view(row.bytes).substr(0, size), 7);
            auto const head = row.bytes.find("\r\n\r\n") + 4;
            if (!to_the_end || size < head) {
                EXPECT_FALSE(reading.done) << row.bytes << " cut at " << size;
                EXPECT_EQ(reading.error, Errc::receive);
            }
        }
    }
}

struct Bad {
    std::string bytes;
    Errc code;
};

TEST(HttpResponse, RejectsMalformedResponses) {
    Bad const rows[] = {
        {"garbage\r\n\r\n", Errc::parse},
        {"HTTP/2 200 OK\r\n\r\n", Errc::parse},
        {"HTTP/1.1 20 OK\r\n\r\n", Errc::parse},
        {"HTTP/1.1 2000 OK\r\n\r\n", Errc::parse},
        {"HTTP/1.1 099 OK\r\n\r\n", Errc::parse},
        {"HTTP/1.1 200 OK\n\n", Errc::parse},
        {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", Errc::parse},
        {"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", Errc::parse},
        {"HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n", Errc::parse},
        {std::string("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", 27), Errc::parse},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", Errc::parse},
        {"HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na", Errc::parse},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na", Errc::parse},
        {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\na", Errc::parse},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         Errc::parse},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", Errc::parse},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n", Errc::parse},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", Errc::parse},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", Errc::parse},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", Errc::parse},
    };
    for (auto const& row : rows) {
        for (std::size_t const step : {std::size_t{1}, std::size_t{1000}}) {
            auto const reading = read(row.bytes, step);
            EXPECT_FALSE(reading.done) << row.bytes;
            EXPECT_EQ(reading.error, row.code) << row.bytes;
        }
    }
}

TEST(HttpResponse, LimitsMemoryForAnyAnnouncedSize) {
    auto limits = HttpLimits{};
    limits.header_bytes = 1000;
    limits.body_bytes = 100;
    limits.interim_responses = 3;
    auto const with = [&](std::string const& bytes) { return read(bytes, 64, false, limits); };
    auto const head = std::string("HTTP/1.1 200 OK\r\n");
    EXPECT_EQ(with(head + "X: " + std::string(2000, 'x')).error, Errc::limit);
    EXPECT_EQ(
        with(head + "Content-Length: 10000000000\r\n\r\n" + std::string(200, 'x')).error,
        Errc::limit);
    EXPECT_EQ(with(head + "\r\n" + std::string(101, 'x')).error, Errc::limit);
    EXPECT_TRUE(with(head + "\r\n" + std::string(100, 'x')).done);
    EXPECT_EQ(
        with(head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\n" + std::string(200, 'x'))
            .error,
        Errc::limit);
    auto interim = std::string{};
    for (int round = 0; round < 10; ++round) {
        interim += "HTTP/1.1 100 C\r\n\r\n";
    }
    EXPECT_EQ(with(interim).error, Errc::limit);
    // Many small chunks do not count as a large header.
    auto chunks = head + "Transfer-Encoding: chunked\r\n\r\n";
    for (int round = 0; round < 100; ++round) {
        chunks += "1;" + std::string(50, 'e') + "\r\nx\r\n";
    }
    EXPECT_TRUE(with(chunks + "0\r\n\r\n").done);
}

TEST(HttpResponse, ResponseToHeadHasNoBody) {
    auto const reading = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nnext", 100, true);
    EXPECT_TRUE(reading.done);
    EXPECT_EQ(reading.body, "");
    EXPECT_EQ(reading.used, 38u);
}

TEST(HttpResponse, FindsHeadersCaseInsensitively) {
    auto reader = HttpResponseReader();
    reader.feed("HTTP/1.1 200 OK\r\nRetry-After: \t 7 \r\nContent-Length: 0\r\n\r\n");
    ASSERT_TRUE(reader.done());
    EXPECT_EQ(reader.response().header("retry-after"), "7");
    EXPECT_EQ(reader.response().header("absent"), "");
}

} // namespace
