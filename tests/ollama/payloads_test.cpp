// Serves the responses of tests/data/payloads and checks the snapshot of each server.
#include "support/instances.hpp"
#include "support/truth.hpp"
#include <ousage/core/source.hpp>
#include <ousage/json/json.hpp>
#include <ousage/json/value.hpp>
#include <ousage/ollama/detect.hpp>
#include <ousage/ollama/take_snapshot.hpp>
#include <ousage/testing/loopback_acceptor.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using std::chrono_literals::operator""s;

std::string from_base64(std::string_view text) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto bytes = std::string{};
    unsigned bits = 0, count = 0;
    for (auto const character : text.substr(0, text.find('='))) {
        bits = bits << 6 | static_cast<unsigned>(digits.find(character));
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 0xFF);
        }
    }
    return bytes;
}

std::string text_of(JsonValue value, std::string_view key) {
    auto const found = value.find(key);
    return std::string(found ? found->string().value_or("") : "");
}

// Returns the bytes of a scripted response.
std::string response_of(JsonValue route) {
    auto const status = route.find("status");
    auto const body =
        route.find("b64") ? from_base64(text_of(route, "b64")) : text_of(route, "text");
    auto head =
        "HTTP/1.1 " + std::to_string(status ? status->integer().value_or(0) : 200) + " Status\r\n";
    if (auto const headers = route.find("headers")) {
        for (auto const& header : headers->members()) {
            head += std::string(header.key) + ": " +
                    std::string(header.value.string().value_or("")) + "\r\n";
        }
    }
    return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Returns the response of the case for a request.
std::string reply(JsonValue script, std::string const& request) {
    auto const line = request.substr(0, request.find(' ', request.find(' ') + 1));
    if (auto const route = script.find("routes")->find(line)) {
        return response_of(*route);
    }
    auto const shows = script.find("shows");
    if (line == "POST /api/show" && shows) {
        for (auto const& show : shows->members()) {
            if (request.ends_with("{\"model\":\"" + std::string(show.key) + "\"}")) {
                auto const body = std::string(show.value.string().value_or(""));
                return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                       "\r\n\r\n" + body;
            }
        }
        if (auto const route = script.find("show_default")) {
            return response_of(*route);
        }
    }
    auto const route = script.find("default");
    return route ? response_of(*route) : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
}

struct Server {
    Server(asio::io_context& context, JsonValue routes)
        : script(routes), acceptor(context.get_executor()) {}

    JsonValue script;
    LoopbackAcceptor acceptor;
    std::vector<std::string> requests;
};

asio::awaitable<void> serve(Server& server, std::shared_ptr<LoopbackAcceptor::Socket> socket) {
    auto bytes = std::string{};
    for (;;) {
        auto buffer = asio::dynamic_buffer(bytes);
        auto const head =
            co_await asio::async_read_until(*socket, buffer, "\r\n\r\n", asio::use_awaitable);
        auto const length = bytes.find("Content-Length: ");
        auto const body =
            length < head ? std::strtoull(bytes.c_str() + length + 16, nullptr, 10) : 0;
        if (bytes.size() < head + body) {
            auto rest = asio::dynamic_buffer(bytes);
            auto const missing = asio::transfer_exactly(head + body - bytes.size());
            co_await asio::async_read(*socket, rest, missing, asio::use_awaitable);
        }
        server.requests.push_back(bytes.substr(0, head + body));
        bytes.erase(0, head + body);
        auto const text = reply(server.script, server.requests.back());
        auto const out = asio::buffer(text);
        co_await asio::async_write(*socket, out, asio::use_awaitable);
    }
}

asio::awaitable<void> accept(asio::io_context& context, Server& server) {
    for (;;) {
        auto socket = co_await server.acceptor.accept();
        if (!socket) {
            co_return;
        }
        auto work = serve(server, std::move(socket));
        asio::co_spawn(context, std::move(work), asio::detached);
    }
}

// Finds `metrics.x`, `models[#]`, `models[0].k`, `models[name=a].k` or `sources[local_api].state`.
std::string find(JsonValue value, std::string path) {
    while (!path.empty()) {
        if (path[0] == '[') {
            auto const key = path.substr(1, path.find(']') - 1);
            path.erase(0, key.size() + 2);
            if (key == "#") {
                return std::to_string(value.size());
            }
            auto const wanted = key.substr(key.starts_with("name=") ? 5 : 0);
            auto found = std::optional<JsonValue>{};
            std::size_t index = 0;
            for (auto const element : value.elements()) {
                if (std::to_string(index++) == key || text_of(element, "name") == wanted) {
                    found = found ? found : element;
                }
            }
            if (!found) {
                return {};
            }
            value = *found;
        } else {
            path.erase(0, path[0] == '.' ? 1 : 0);
            auto const key = path.substr(0, path.find_first_of(".["));
            path.erase(0, key.size());
            auto const found = value.find(key);
            if (!found) {
                return {};
            }
            value = *found;
        }
    }
    auto const number = value.integer();
    auto const whole = value.unsigned_integer();
    return number            ? std::to_string(*number)
           : whole           ? std::to_string(*whole)
           : value.string()  ? std::string(*value.string())
           : value.boolean() ? *value.boolean() ? "true" : "false"
           : value.is_null() ? ""
                             : "another value";
}

bool holds(std::string const& value, std::string const& comparison, JsonValue wanted) {
    auto const one = find(wanted, "");
    auto any = false, contained = false;
    for (auto const element : wanted.elements()) {
        any = any || value == find(element, "");
        contained = contained || value.find(find(element, "")) != value.npos;
    }
    auto const absent = value.empty();
    return comparison == "eq"                 ? value == one
           : comparison == "absent"           ? absent
           : comparison == "present"          ? !absent
           : comparison == "in"               ? any
           : comparison == "absent_or"        ? absent || value == one
           : comparison == "absent_or_in"     ? absent || any
           : comparison == "any_icontains"    ? contained
           : comparison.ends_with("contains") ? value.find(one) != value.npos
           : comparison == "lacks"            ? value.find(one) == value.npos
                                              : false;
}

// What `ousage` prints about the server, and its exit code.
struct Printed {
    std::string text; ///< the snapshot as JSON, or the error of the configuration
    int exit_code;
};

Printed snapshot_of(Server& server, asio::io_context& context, JsonValue script) {
    auto const port = std::to_string(server.acceptor.port());
    auto overrides = ollama::Overrides{};
    overrides.config_dir = "/nonexistent";
    overrides.db_path = "/nonexistent/db.sqlite";
    overrides.no_state = true;
    overrides.timeout = 2s;
    auto host = "http://127.0.0.1:" + port;
    if (auto const variables = script.find("env")) {
        host = text_of(*variables, "OLLAMA_HOST");
    }
    auto const environment = [host](char const* name) {
        return std::string_view(name) == "OLLAMA_HOST" ? std::optional(host) : std::nullopt;
    };
    auto const configuration = ollama::detect(overrides, environment);
    if (!configuration) {
        return {configuration.failure().text, 2};
    }
    auto const source = ollama::snapshot(*configuration);
    auto outcome = Outcome<ollama::Snapshot>{};
    asio::co_spawn(context, source.collect(outcome), [&server](std::exception_ptr) {
        server.acceptor.stop();
    });
    context.run();
    auto const exit_code = ollama::has_data(outcome.value) ? 0 : 1;
    return {to_json(outcome.value, JsonStyle::compact), exit_code};
}

class Payloads : public testing::TestWithParam<std::string> {};

TEST_P(Payloads, YieldExpectedValues) {
    auto const text = read_data("payloads/" + GetParam() + ".json");
    auto document = JsonDocument{};
    ASSERT_FALSE(document.parse(text));
    auto const script = document.root();
    asio::io_context context;
    auto server = Server(context, script);
    auto work = accept(context, server);
    asio::co_spawn(context, std::move(work), asio::detached);
    auto const [result, exit_code] = snapshot_of(server, context, script);
    auto const due = *script.find("rc");
    EXPECT_EQ(std::to_string(exit_code), find(due, due.is_array() ? "[0]" : "")) << result;
    auto snapshot = JsonDocument{};
    EXPECT_EQ(snapshot.parse(result).has_value(), exit_code == 2) << result;
    for (auto const rule : script.find("expect")->elements()) {
        auto values = std::vector<JsonValue>{};
        for (auto const element : rule.elements()) {
            values.push_back(element);
        }
        values.resize(3);
        auto const path = find(values[0], ""), comparison = find(values[1], "");
        auto const value = path[0] == '$' ? result : find(snapshot.root(), path);
        EXPECT_TRUE(holds(value, comparison, values[2]))
            << path << " is \"" << value << "\", not " << comparison << " " << find(values[2], "")
            << "\n"
            << result;
    }
    if (script.find("request_headers")) {
        for (auto const& request : server.requests) {
            EXPECT_NE(request.find("\r\nAccept-Encoding: identity\r\n"), std::string::npos);
        }
    }
}

std::vector<std::string> all_payloads() {
    auto names = std::vector<std::string>{};
    auto const directory = std::filesystem::path(OUSAGE_TEST_DATA) / "payloads";
    for (auto const& entry : std::filesystem::directory_iterator(directory)) {
        names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string name_of(testing::TestParamInfo<std::string> const& info) {
    auto name = info.param;
    std::replace_if(name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Cases, Payloads, testing::ValuesIn(all_payloads()), name_of);

} // namespace
