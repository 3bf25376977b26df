// A minimal program: prints one snapshot of the Ollama on this machine as JSON.
#include <ousage/ollama.hpp>

#include <fmt/core.h>

int main() {
    auto const configuration = ousage::ollama::detect();
    if (!configuration) {
        fmt::print(stderr, "{}\n", to_string(configuration.failure()));
        return 2;
    }
    auto const outcome = ousage::run(ousage::ollama::snapshot(*configuration));
    fmt::print("{}\n", ousage::to_json(outcome.value));
    return ousage::ollama::has_data(outcome.value) ? 0 : 1;
}
