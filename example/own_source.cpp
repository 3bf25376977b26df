// A custom source and snapshot: see docs/architecture.md, "Add a source in ten minutes".
// own_source [LOGS_DIRECTORY]: prints the power of the GPU and the requests of the server log.
#include <ousage/core/merge.hpp>
#include <ousage/core/offload.hpp>
#include <ousage/core/run.hpp>
#include <ousage/core/transform.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/server_log.hpp>

#include <fmt/core.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
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
    auto const microwatts = co_await offload(read);
    if (microwatts > 0) {
        into.value.gpu_watts = microwatts / 1e6;
    } else {
        into.absent("no power sensor");
    }
}

// 3. The snapshot: any aggregate with members of the same names and types.
struct PowerSnapshot {
    ollama::Windows<ollama::RequestStatistics> requests;
    std::optional<double> gpu_watts;
    std::vector<SourceReport> sources;
};

// Each member of a part must exist in the snapshot, so reduce a part to the members you need.
struct Requests {
    ollama::Windows<ollama::RequestStatistics> requests;
};

Requests requests_of(ollama::ServerLog part) {
    return {part.requests};
}

} // namespace

int main(int argc, char** argv) {
    auto const* const home = std::getenv("HOME");
    auto const logs = argc > 1 ? std::string(argv[1])
                               : std::string(home == nullptr ? "" : home) + "/.ollama/logs";
    // 4. Add the source to a merge.
    auto const snapshot = merge<PowerSnapshot>(
        ollama::server_log(logs, ollama::LogZone{}, system_now) | transform(requests_of) |
            with_timeout(5s),
        Source<GpuPower>("gpu_power", read_gpu_power) | with_timeout(200ms));
    auto const outcome = run(snapshot);
    fmt::print("{}\n", to_json(outcome.value));
    return outcome.has_value() ? 0 : 1;
}
