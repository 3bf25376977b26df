#include <ousage/ollama.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <chrono>
#include <iostream>
#include <utility>
#include <vector>

std::string said_by_the_other_file();

// Returns true if the combinators that no source of ousage needs are available and work.
bool has_combinators() {
    auto const missing = ousage::ollama::server_config("/nonexistent/server.json");
    auto const first = ousage::first_of(std::vector{missing, missing});
    auto is_absent = false;
    auto const receive = [&](auto const& outcome) {
        is_absent = outcome.state == ousage::State::absent;
        return false;
    };
    asio::io_context context(1);
    auto poll = ousage::every(first, std::chrono::hours(1), receive);
    asio::co_spawn(context, std::move(poll), asio::detached);
    context.run();
    return is_absent;
}

// An empty snapshot: no server listens at this address, and no file exists.
int main() {
    auto account = ousage::ollama::Account{};
    account.base_url = ousage::io::Url{"http", "127.0.0.1", "1", ""};
    account.logs_dir = "/nonexistent";
    account.server_config = "/nonexistent/server.json";
    auto configuration = ousage::ollama::Configuration{};
    configuration.accounts.push_back(account);
    auto const outcome = ousage::run(ousage::ollama::snapshot(configuration));
    auto const here = outcome.value.diagnostics.at("local_api_error");
    std::cout << ousage::to_json(outcome.value) << '\n';
    auto const is_complete =
        outcome.value.sources.size() == ousage::ollama::source_descriptions().size();
    return has_combinators() && is_complete && here == said_by_the_other_file() ? 0 : 1;
}
