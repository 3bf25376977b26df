// A custom source and snapshot: see docs/architecture.md, "Add a source in ten minutes".
#include <ousage/ollama.hpp>

#include <fmt/core.h>

#include <fstream>
#include <optional>
#include <utility>
#include <vector>

namespace {

using namespace ousage;
using namespace std::chrono_literals;

// 1. The values of the source: an aggregate.
struct GpuPower {
    std::optional<double> gpu_watts;
};

// 2. A coroutine that fills it in and reports failures.
asio::awaitable<void> read_gpu_power(Outcome<GpuPower>& into) {
    auto read = [](std::stop_token) {
        double microwatts = 0;
        std::ifstream("/sys/class/drm/card0/device/hwmon/hwmon0/power1_average") >> microwatts;
        return microwatts;
    };
    auto const microwatts = co_await offload(std::move(read));
    if (microwatts > 0) {
        into.value.gpu_watts = microwatts / 1e6;
    } else {
        into.absent("no power sensor");
    }
}

// 3. The snapshot: any aggregate with members of the same names and types.
struct Desk {
    std::vector<ollama::LoadedModel> loaded_models;
    ollama::Windows<ollama::RequestStatistics> requests;
    std::optional<double> gpu_watts;
    std::vector<SourceReport> sources;
};

// Each member of a part must exist in the snapshot, so reduce a part to the members you need.
struct Loaded {
    std::vector<ollama::LoadedModel> loaded_models;
};

struct Requests {
    ollama::Windows<ollama::RequestStatistics> requests;
};

Loaded narrow_server(ollama::LocalApi part) {
    return {std::move(part.loaded_models)};
}

Requests narrow_log(ollama::ServerLog part) {
    return {part.requests};
}

} // namespace

int main() {
    auto const configuration = ollama::detect();
    if (!configuration) {
        fmt::print(stderr, "{}\n", to_string(configuration.failure()));
        return 2;
    }
    auto const& account = configuration->accounts.at(0);
    auto const server = account.base_url.value_or(ollama::parse_ollama_host(""));
    auto const zone = ollama::LogZone{configuration->calendar, configuration->log_timezone};
    // 4. Add the source to a merge.
    auto const desk = merge<Desk>(
        ollama::local_api(server) | transform(narrow_server) | with_timeout(2s),
        ollama::server_log(account.logs_dir, zone, configuration->now) | transform(narrow_log) |
            with_timeout(5s) | cached(30s),
        Source<GpuPower>("gpu_power", read_gpu_power) | with_timeout(200ms));
    auto const outcome = run(desk);
    fmt::print("{}\n", to_json(outcome.value));
    return outcome.has_value() ? 0 : 1;
}
