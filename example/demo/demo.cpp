#include "example/demo/demo.hpp"

#include "example/demo/demo_cloud.hpp"
#include "example/demo/demo_desktop.hpp"
#include "example/demo/demo_life.hpp"
#include <ousage/core/asio.hpp>
#include <ousage/io/http/http_message.hpp>

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ousage::program {

namespace {

using asio::ip::tcp;
using ousage::as_tuple;

// `FIRST`, `SECOND` and `THIRD` are replaced by times before now.
constexpr std::string_view tags = R"({"models":[
{"name":"llama3.2:latest","model":"llama3.2:latest","modified_at":"FIRST","size":2019393189,
 "digest":"a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72",
 "details":{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"3.2B","quantization_level":"Q4_K_M"}},
{"name":"qwen3:8b","model":"qwen3:8b","modified_at":"SECOND","size":5225388164,
 "digest":"500a1f067a9f782620b40bee6f7b0c89e17ae61f686b92c24933e4ca4b2b8b41",
 "details":{"format":"gguf","family":"qwen3","families":null,"parameter_size":"8.2B","quantization_level":"Q4_K_M","context_length":40960},
 "capabilities":["completion","tools","thinking"]},
{"name":"gpt-oss:120b-cloud","model":"gpt-oss:120b-cloud","remote_model":"gpt-oss:120b","remote_host":"https://ollama.com:443",
 "modified_at":"THIRD","size":384,"digest":"569662207105f9f3a2ee5d0c9be4b8a0a1ca5f5a33c1d96ed8fd1ee8f0ba1ab4",
 "details":{"format":"","family":"gptoss","families":["gptoss"],"parameter_size":"116.8B","quantization_level":"MXFP4","context_length":131072},
 "capabilities":["completion","tools","thinking"]}]})";

constexpr std::string_view show = R"({"details":{"format":"gguf","family":"llama"},
"model_info":{"general.architecture":"llama","general.parameter_count":3212749888,"llama.context_length":131072},
"capabilities":["completion","tools"]})";

std::string utc(std::chrono::sys_seconds time, char const* layout) {
    return fmt::format(
        fmt::runtime(layout), fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

// Returns the response to GET /api/tags.
std::string all_models(std::chrono::sys_seconds now) {
    using std::chrono::days;
    std::pair<char const*, std::string> const times[] = {
        {"FIRST", utc(now - days(18), "{:%Y-%m-%dT%H:%M:%S.123456789Z}")},
        {"SECOND", utc(now - days(31), "{:%Y-%m-%dT%H:%M:%SZ}")},
        {"THIRD", utc(now - days(80), "{:%Y-%m-%dT%H:%M:%SZ}")},
    };
    auto text = std::string(tags);
    for (auto const& [word, time] : times) {
        text.replace(text.find(word), std::string_view(word).size(), time);
    }
    return text;
}

// Returns the status and body with which a real server responds to a request.
std::pair<int, std::string>
response_to(std::string_view request, std::chrono::seconds elapsed, std::chrono::sys_seconds now) {
    auto const is = [request](std::string_view start) { return request.starts_with(start); };
    if (is("GET /api/version ")) {
        return {200, R"({"version":"0.33.0"})"};
    }
    if (is("GET /api/status ")) {
        return {200, R"({"cloud":{"disabled":false,"source":"none"}})"};
    }
    if (is("GET /api/tags ")) {
        return {200, all_models(now)};
    }
    if (is("GET /api/ps ")) {
        return {200, demo_life::loaded_models(elapsed, now)};
    }
    if (is("POST /api/show ")) {
        return {200, std::string(show)};
    }
    if (is("POST /api/me ")) {
        return {
            401,
            R"({"error":"unauthorized","signin_url":"https://ollama.com/connect?name=demo&key=demo"})"};
    }
    return {404, "404 page not found"};
}

// Returns the length of the request at the start of `bytes`; 0 if it is incomplete.
std::size_t request_length(std::string_view bytes) {
    auto const end = bytes.find("\r\n\r\n");
    if (end == bytes.npos) {
        return 0;
    }
    auto const field = bytes.substr(0, end).find("Content-Length: ");
    auto const body =
        field == bytes.npos ? 0 : std::strtoul(bytes.data() + field + 16, nullptr, 10);
    return bytes.size() >= end + 4 + body ? end + 4 + body : 0;
}

asio::awaitable<void>
serve(tcp::socket socket, std::function<std::chrono::seconds()> elapsed, Now now) {
    auto bytes = std::string{};
    auto block = std::array<char, 4096>{};
    for (;;) {
        for (auto length = request_length(bytes); length > 0; length = request_length(bytes)) {
            auto const [status, body] = response_to(bytes, elapsed(), now());
            bytes.erase(0, length);
            auto const text = fmt::format(
                "HTTP/1.1 {} Demo\r\nContent-Type: application/json\r\nContent-Length: "
                "{}\r\n\r\n{}",
                status, body.size(), body);
            auto const buffer = asio::buffer(text.data(), text.size());
            auto [error, count] =
                co_await asio::async_write(socket, buffer, as_tuple(asio::use_awaitable));
            if (error) {
                co_return;
            }
        }
        auto const buffer = asio::buffer(block.data(), block.size());
        auto [error, count] =
            co_await socket.async_read_some(buffer, as_tuple(asio::use_awaitable));
        if (error) {
            co_return;
        }
        bytes.append(block.data(), count);
    }
}

// Writes a log with some days of ordinary requests, in UTC, with the slog lines that contain the
// offset.
void write_log(std::filesystem::path const& path, std::chrono::sys_seconds now) {
    struct Line {
        std::chrono::minutes ago;
        char const* rest;
    };

    static constexpr Line lines[] = {
        {std::chrono::hours(75),
         R"(| 200 |  4.183920174s |       127.0.0.1 | POST     "/api/chat")"},
        {std::chrono::hours(74),
         R"(| 404 |     512.417µs |       127.0.0.1 | POST     "/api/generate")"},
        {std::chrono::hours(50),
         R"(| 200 |         1m15s |       127.0.0.1 | POST     "/v1/chat/completions")"},
        {std::chrono::hours(26),
         R"(| 200 |  812.003917ms |    192.168.1.20 | POST     "/api/embed")"},
        {std::chrono::hours(8),
         R"(| 500 | 30.001229318s |       127.0.0.1 | POST     "/api/chat")"},
        {std::chrono::hours(3),
         R"(| 200 |  2.750119238s |       127.0.0.1 | POST     "/api/chat")"},
        {std::chrono::minutes(65),
         R"(| 200 |      41.052µs |       127.0.0.1 | GET      "/api/tags")"},
        {std::chrono::minutes(40),
         R"(| 200 | 11.382910042s |             ::1 | POST     "/v1/messages?beta=true")"},
        {std::chrono::minutes(4),
         R"(| 200 |  1.934028711s |       127.0.0.1 | POST     "/api/generate")"},
    };
    auto file = std::ofstream(path);
    file << "time=" << utc(now - std::chrono::hours(76), "{:%Y-%m-%dT%H:%M:%S.000Z}")
         << " level=INFO source=routes.go:2008 msg=\"Listening on 127.0.0.1:11434 (version "
            "0.33.0)\"\n";
    for (auto const& line : lines) {
        file << utc(now - line.ago, "[GIN] {:%Y/%m/%d - %H:%M:%S} ") << line.rest << "\n";
    }
}

} // namespace

struct Demo::Server {
    Server(asio::any_io_executor const& executor, Now its_now)
        : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          now(std::move(its_now)) {}

    tcp::acceptor acceptor;
    Now now;
    std::optional<std::chrono::steady_clock::time_point> life_started;

    // The time since `start_life`; 0 before.
    std::chrono::seconds elapsed() const {
        return life_started ? std::chrono::floor<std::chrono::seconds>(
                                  std::chrono::steady_clock::now() - *life_started)
                            : std::chrono::seconds(0);
    }

    // Appends to the log once a second, until the demonstration ends.
    static asio::awaitable<void>
    write_life(std::shared_ptr<Server> self, std::filesystem::path log) {
        auto timer = asio::steady_timer(self->acceptor.get_executor());
        for (auto written = std::chrono::seconds(0); self->acceptor.is_open();) {
            auto lines = std::string{};
            while (written < self->elapsed()) {
                ++written;
                lines += demo_life::log_lines(written, self->now());
            }
            std::ofstream(log, std::ios::app) << lines;
            timer.expires_after(std::chrono::seconds(1));
            auto [error] = co_await timer.async_wait(as_tuple(asio::use_awaitable));
            if (error) {
                co_return;
            }
        }
    }

    static asio::awaitable<void> accept(std::shared_ptr<Server> self) {
        for (;;) {
            auto [error, socket] =
                co_await self->acceptor.async_accept(as_tuple(asio::use_awaitable));
            if (error) {
                co_return;
            }
            auto const executor = co_await asio::this_coro::executor;
            auto const elapsed = [self] { return self->elapsed(); };
            auto work = serve(std::move(socket), elapsed, self->now);
            asio::co_spawn(executor, std::move(work), asio::detached);
        }
    }
};

Demo::Demo(asio::any_io_executor const& executor, Now const& now)
    : server_(std::make_shared<Server>(executor, now)) {
    auto pattern = (std::filesystem::temp_directory_path() / "ousage-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot create a directory for --demo: " + pattern);
    }
    directory_ = pattern;
    std::filesystem::create_directories(directory_ / "logs");
    write_log(directory_ / "logs" / "server.log", now());
    std::ofstream(directory_ / "server.json") << "{\n  \"disable_ollama_cloud\": false\n}\n";
    write_desktop(directory_ / "db.sqlite", now());
    cloud_ = std::make_unique<DemoCloud>(
        executor, directory_, [server = server_] { return server->elapsed(); });
    asio::co_spawn(executor, Server::accept(server_), asio::detached);
}

Demo::~Demo() {
    std::error_code ignored;
    server_->acceptor.close(ignored);
    std::filesystem::remove_all(directory_, ignored);
}

void Demo::start_life() {
    server_->life_started = std::chrono::steady_clock::now();
    auto work = Server::write_life(server_, directory_ / "logs" / "server.log");
    asio::co_spawn(server_->acceptor.get_executor(), std::move(work), asio::detached);
}

ollama::Account Demo::account() const {
    auto account = ollama::Account{};
    account.id = "demo";
    account.base_url =
        io::Url{"http", "127.0.0.1", std::to_string(server_->acceptor.local_endpoint().port()), ""};
    account.logs_dir = directory_ / "logs";
    account.server_config = directory_ / "server.json";
    account.db_path = directory_ / "db.sqlite";
    account.observes_machine = false; // the demonstration has neither engines nor GPUs
    account.has_api_key = true;
    account.cloud_base_url = cloud_->url();
    return account;
}

void Demo::observe(ollama::Configuration& configuration) const {
    configuration.accounts.assign(1, account());
    configuration.environment = &DemoCloud::environment;
    configuration.calendar = Calendar::utc();
    configuration.state_directory.reset();
    configuration.history_db.reset();
}

} // namespace ousage::program
