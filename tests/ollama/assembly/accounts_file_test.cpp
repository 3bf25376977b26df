#include <ousage/ollama/assembly/accounts_file.hpp>

#include <gtest/gtest.h>

namespace {

using namespace ousage;
using namespace ousage::ollama;
using namespace std::chrono_literals;

auto read(std::string_view text) {
    return parse_accounts(text, "config.json", "/home/me/.ollama");
}

TEST(AccountsFile, ReadsEveryKey) {
    auto const accounts = read(R"({"accounts":[{"id":"desk","provider":"ollama","api_key_env":"KEY",
        "base_url":"http://127.0.0.1:11435","auth":"api_key","cloud_base_url":"https://example.com",
        "config_dir":"/c","db_path":"/d.sqlite","timeout":"3s","timeouts":{"cloud":"10s"},
        "runner_slots":true,"poll_interval":"1m"},{"id":"other","logs_dir":"/l","server_config":"/s.json"}]})");
    ASSERT_TRUE(accounts) << accounts.failure().text;
    ASSERT_EQ(accounts->size(), 2u);
    auto const& desk = (*accounts)[0];
    EXPECT_EQ(desk.id, "desk");
    EXPECT_EQ(desk.auth, Auth::api_key);
    EXPECT_EQ(desk.api_key_env, "KEY");
    EXPECT_EQ(to_string(*desk.base_url), "http://127.0.0.1:11435");
    EXPECT_EQ(desk.logs_dir, "/c/logs");
    EXPECT_EQ(desk.server_config, "/c/server.json");
    EXPECT_EQ(desk.db_path, "/d.sqlite");
    EXPECT_EQ(desk.timeout_of({"cloud"}), 10s);
    EXPECT_EQ(desk.timeout_of({"local_api"}), 3s);
    EXPECT_EQ(desk.poll_interval, 1min);
    EXPECT_TRUE(desk.runner_slots);
    EXPECT_FALSE((*accounts)[1].runner_slots);
    EXPECT_EQ((*accounts)[1].logs_dir, "/l");
    EXPECT_EQ((*accounts)[1].server_config, "/s.json");
    EXPECT_EQ((*accounts)[1].timeout_of({"cloud"}), 5s);
}

struct Bad {
    std::string_view text;
    std::string_view error;
};

TEST(AccountsFile, ErrorNamesFileLineAccountAndKey) {
    Bad const rows[] = {
        {"", "config.json:1: not JSON here"},
        {"{\"accounts\":[\n{\"id\":\"a\",\n}]}", "config.json:3: not JSON here"},
        {"{}", "config.json:1: key \"accounts\": a list of at least one account is needed"},
        {"{\"accounts\":[]}",
         "config.json:1: key \"accounts\": a list of at least one account is needed"},
        {"{\"accounts\":{}}", "config.json:1: accounts is not an array"},
        {"{\n\"acounts\":[]}", "config.json:2: unknown key \"acounts\""},
        {"{\"accounts\":[{\"id\":\"a\",\n\"basurl\":\"x\"}]}",
         "config.json:2: unknown key \"basurl\" (did you mean \"base_url\"?) (account \"a\")"},
        {"{\"accounts\":[{\"id\":\"a\",\n\"timeout\":5}]}",
         "config.json:2: accounts[0].timeout is not a string (account \"a\")"},
        {"{\"accounts\":[{\"id\":\"a\"},\n{\"base_url\":\"http://x\"}]}",
         "config.json:2: accounts[1]: key \"id\" is missing"},
        {"{\"accounts\":[{\"id\":\"a\"},\n{\"id\":\"a\"}]}",
         "config.json:2: account \"a\": key \"id\": another account has the same id"},
        {"{\"accounts\":[{\"id\":\"a\",\n\"timeout\":\"5\"}]}",
         "config.json:2: account \"a\": key \"timeout\": a duration such as \"5s\" is needed"},
        {R"({"accounts":[
{"id":"a","poll_interval":"1ms"}]})",
         "config.json:2: account \"a\": key \"poll_interval\": a duration of 100ms or more, such "
         "as "
         "\"30s\", is needed"},
        {"{\"accounts\":[{\"id\":\"a\",\"timeouts\":\n{\"clod\":\"5s\"}}]}",
         "config.json:2: unknown source \"clod\" (account \"a\")"},
        {"{\"accounts\":[{\"id\":\"a\",\n\"auth\":\"key\"}]}",
         "config.json:2: account \"a\": key \"auth\": \"local\" or \"api_key\" is needed"},
        {"{\"accounts\":[{\"id\":\"a\",\n\"provider\":\"openai\"}]}",
         "config.json:2: account \"a\": key \"provider\": \"ollama\" is needed"},
        {"{\"accounts\":[{\"id\":\"a\",\n\"api_key_env\":\"K=s3cret\"}]}",
         "config.json:2: account \"a\": key \"api_key_env\": the name of an environment variable "
         "is needed, which contains no \"=\""},
        {"{\"accounts\":[{\"id\":\"a\",\n\"bearer_env\":\"K=s3cret\"}]}",
         "config.json:2: account \"a\": key \"bearer_env\": the name of an environment variable "
         "is needed, which contains no \"=\""},
        {"{\"accounts\":[{\"id\":\"a\",\"headers_env\":\n{\"X-K\":\"K=s3cret\"}}]}",
         "config.json:2: account \"a\": key \"headers_env.X-K\": the name of an environment "
         "variable is needed, which contains no \"=\""},
    };
    for (auto const& row : rows) {
        auto const accounts = read(row.text);
        ASSERT_FALSE(accounts) << row.text;
        EXPECT_EQ(accounts.failure().text, row.error);
    }
}

TEST(AccountsFile, ErrorOmitsUrlThatMayContainPassword) {
    auto const accounts =
        read(R"({"accounts":[{"id":"a","base_url":"http://user:secret@host:1"}]})");
    ASSERT_FALSE(accounts);
    EXPECT_EQ(accounts.failure().text.find("secret"), std::string::npos);
    EXPECT_NE(accounts.failure().text.find("base_url"), std::string::npos);
}

TEST(AccountsFile, RejectsHugeAndDeeplyNestedText) {
    EXPECT_FALSE(read(std::string(100'000, '[')));
    EXPECT_FALSE(read("{\"accounts\":[{\"id\":\"" + std::string(1'000'000, '\xff') + "\"}]}"));
}

} // namespace
