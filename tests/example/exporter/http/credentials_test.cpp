#include "example/exporter/http/credentials.hpp"
#include <ousage/core/asio.hpp>
#include <ousage/io/http/base64.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program::http;

// bcrypt of "secret", cost 4.
std::map<std::string, std::string> const users{
    {"bob", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"}};

std::string header(std::string const& login) {
    return "Basic " + io::to_base64(login);
}

// Verifies headers concurrently.
std::vector<LoginResult> verify(Credentials& credentials, std::vector<std::string> const& headers) {
    auto context = asio::io_context();
    auto results = std::vector<LoginResult>(headers.size(), LoginResult::unknown);
    for (std::size_t index = 0; index < headers.size(); ++index) {
        asio::co_spawn(
            context, credentials.verify(headers[index], asio::ip::address()),
            [&results, index](std::exception_ptr thrown, LoginResult result) {
                EXPECT_FALSE(thrown);
                results[index] = result;
            });
    }
    context.run();
    return results;
}

LoginResult verify(Credentials& credentials, std::string const& text) {
    return verify(credentials, std::vector<std::string>{text}).front();
}

TEST(Credentials, AcceptsEverybodyWithoutUsers) {
    auto const credentials = Credentials({});
    EXPECT_EQ(credentials.recall(""), LoginResult::good);
    EXPECT_EQ(credentials.recall(header("bob:wrong")), LoginResult::good);
}

TEST(Credentials, RejectsInvalidHeaderWithoutVerifying) {
    auto credentials = Credentials(users);
    auto const long_password = header("bob:" + std::string(1024, 'x'));
    for (auto const& text :
         {std::string(), std::string("Basic"), std::string("Basic !!!!"),
          std::string("Bearer abcd"), header("no colon"), long_password}) {
        EXPECT_EQ(credentials.recall(text), LoginResult::bad) << text;
        EXPECT_EQ(verify(credentials, text), LoginResult::bad) << text;
    }
}

TEST(Credentials, VerifiesOnceAndRecalls) {
    auto credentials = Credentials(users);
    auto const good = header("bob:secret");
    EXPECT_EQ(credentials.recall(good), LoginResult::unknown);
    EXPECT_EQ(verify(credentials, good), LoginResult::good);
    EXPECT_EQ(credentials.recall(good), LoginResult::good);
    EXPECT_EQ(credentials.recall("b" + good.substr(1)), LoginResult::good);
    for (auto const* const login : {"bob:wrong", "eve:secret", "bob:", ":secret", "bob:secret "}) {
        EXPECT_EQ(verify(credentials, header(login)), LoginResult::bad) << login;
        EXPECT_EQ(credentials.recall(header(login)), LoginResult::bad) << login;
    }
}

TEST(Credentials, VerifiesConcurrentLoginsOneAfterAnother) {
    auto credentials = Credentials(users);
    auto headers = std::vector<std::string>(50, header("bob:secret"));
    for (int number = 0; number < 50; ++number) {
        headers.push_back(header("bob:" + std::to_string(number)));
    }
    auto const results = verify(credentials, headers);
    EXPECT_EQ(std::count(results.begin(), results.end(), LoginResult::good), 50);
    EXPECT_EQ(std::count(results.begin(), results.end(), LoginResult::bad), 50);
}

TEST(Credentials, RejectsLoginsOverTheLimitAsBusy) {
    auto credentials = Credentials(users);
    auto headers = std::vector<std::string>{};
    for (int number = 0; number < 400; ++number) {
        headers.push_back(header("bob:" + std::to_string(number)));
    }
    auto const results = verify(credentials, headers);
    EXPECT_GE(std::count(results.begin(), results.end(), LoginResult::bad), 256);
    EXPECT_GE(std::count(results.begin(), results.end(), LoginResult::busy), 1);
    EXPECT_EQ(verify(credentials, header("bob:secret")), LoginResult::good);
}

TEST(Credentials, GuessesDoNotDisplaceVerifiedLogin) {
    auto credentials = Credentials(users);
    auto const good = header("bob:secret");
    EXPECT_EQ(verify(credentials, good), LoginResult::good);
    EXPECT_EQ(verify(credentials, header("bob:first")), LoginResult::bad);
    for (int number = 0; number < 256; ++number) {
        verify(credentials, header("bob:" + std::to_string(number)));
    }
    EXPECT_EQ(credentials.recall(good), LoginResult::good);
    EXPECT_EQ(credentials.recall(header("bob:first")), LoginResult::unknown); // limited number
}

TEST(Password, MatchesOnlyItsHash) {
    EXPECT_TRUE(is_password(users.at("bob"), "secret"));
    EXPECT_FALSE(is_password(users.at("bob"), "Secret"));
    EXPECT_FALSE(is_password(users.at("bob"), ""));
    EXPECT_FALSE(is_password(users.at("bob"), std::string("secret\0x", 8)));
    EXPECT_FALSE(is_password(users.at("bob").substr(0, 59), "secret"));
    EXPECT_FALSE(is_password("", ""));
}

} // namespace
