#include <ousage/ollama.hpp>

#include <iostream>

std::string said_by_the_other_file();

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
    return is_complete && here == said_by_the_other_file() ? 0 : 1;
}
