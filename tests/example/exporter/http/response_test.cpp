#include "example/exporter/http/response.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace ousage::program::http;

TEST(ResponseHead, ContainsStatusDateAndLength) {
    auto response = text_response(404, "no such page");
    response.fields = "X-Other: y\r\n";
    EXPECT_EQ(
        response_head(response, true, false, 784111777),
        "HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\nX-Other: y\r\n\r\n");
}

TEST(ResponseHead, ReportsWhetherConnectionIsKept) {
    auto const response = text_response(200, "");
    EXPECT_EQ(response_head(response, true, false, 0).find("Connection"), std::string::npos);
    for (auto const is_http_1_0 : {false, true}) {
        auto const head = response_head(response, false, is_http_1_0, 0);
        EXPECT_TRUE(head.ends_with("\r\nConnection: close\r\n\r\n")) << head;
    }
    auto const head = response_head(response, true, true, 1);
    EXPECT_TRUE(head.ends_with("\r\nConnection: keep-alive\r\n\r\n")) << head;
}

TEST(ResponseHead, EveryRefusalHasReasonAndText) {
    for (auto const status : {400, 405, 413, 414, 431, 501, 505}) {
        auto const response = refusal_response(status);
        EXPECT_EQ(response.status, status);
        EXPECT_NE(std::string(reason_phrase(status)), "") << status;
        EXPECT_GT(response.body->size(), 10u);
        EXPECT_EQ(response.fields, status == 405 ? "Allow: GET, HEAD\r\n" : "");
    }
}

} // namespace
