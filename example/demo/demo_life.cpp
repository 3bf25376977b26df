#include "example/demo/demo_life.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace ousage::program::demo_life {

namespace {

using std::chrono::seconds;

constexpr seconds period{60};

std::string utc(std::chrono::sys_seconds time, char const* layout) {
    return fmt::format(
        fmt::runtime(layout), fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

struct DemoModel {
    char const* name;
    char const* digest;
    char const* family;
    std::int64_t size;
    std::int64_t vram;
    int context;
    seconds keep;   // until it is unloaded
    seconds loaded; // in the period
    seconds unloaded;
};

// The first is loaded at the start of the period, and unloaded later than it.
constexpr DemoModel models[] = {
    {"llama3.2:latest", "a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72", "llama",
     3'778'349'056, 2'833'761'792, 8192, seconds(240), seconds(0), seconds(40)},
    {"qwen3:8b", "500a1f067a9f782620b40bee6f7b0c89e17ae61f686b92c24933e4ca4b2b8b41", "qwen3",
     6'550'003'712, 6'550'003'712, 16384, seconds(120), seconds(10), seconds(52)},
};

std::string row_of(DemoModel const& model, std::chrono::sys_seconds now) {
    return fmt::format(
        R"({{"name":"{0}","model":"{0}","size":{1},"digest":"{2}","details":{{"family":"{3}"}},)"
        R"("expires_at":"{4}","size_vram":{5},"context_length":{6}}})",
        model.name, model.size, model.digest, model.family,
        utc(now + model.keep, "{:%Y-%m-%dT%H:%M:%SZ}"), model.vram, model.context);
}

// A number that looks random, the same in every run.
std::uint32_t mixed(std::uint32_t value) {
    value ^= value >> 16U;
    value *= 0x7feb352dU;
    value ^= value >> 15U;
    value *= 0x846ca68bU;
    return value ^ value >> 16U;
}

// The lines of the engine for one generation.
std::string engine_lines(std::uint32_t task, std::uint32_t input, std::uint32_t output, double ms) {
    auto const prefix = [task](char const* function) {
        return fmt::format("slot {}: id  0 | task {} | ", function, task);
    };
    auto const cached = input / 3;
    auto const input_ms = 0.6 * (input - cached);
    auto lines = std::string{};
    lines += prefix("launch_slot_") + "processing task, is_child = 0\n";
    lines += prefix("  operator()") +
             fmt::format("new prompt, n_ctx_slot = 8192, n_keep = 4, task.n_tokens = {}\n", input);
    lines += prefix("  operator()") +
             fmt::format("cached n_tokens = {}, memory_seq_rm [{}, end)\n", cached, cached);
    lines += prefix("print_timing") +
             fmt::format("prompt eval time = {:.2f} ms / {} tokens\n", input_ms, input - cached);
    lines +=
        prefix("print_timing") + fmt::format("eval time = {:.2f} ms / {} tokens\n", ms, output);
    lines +=
        prefix("print_timing") +
        fmt::format("total time = {:.2f} ms / {} tokens\n", ms + input_ms, input - cached + output);
    lines += prefix("     release") +
             fmt::format("stop processing: n_tokens = {}, truncated = 0\n", input + output);
    return lines;
}

std::string
access_line(std::chrono::sys_seconds now, int status, double ms, std::string_view path) {
    auto const latency =
        ms < 1000 ? fmt::format("{:.6f}ms", ms) : fmt::format("{:.9f}s", ms / 1000);
    return utc(now, "[GIN] {:%Y/%m/%d - %H:%M:%S}") +
           fmt::format(
               " | {} | {:>13} |       127.0.0.1 | POST     \"{}\"\n", status, latency, path);
}

} // namespace

std::string loaded_models(seconds elapsed, std::chrono::sys_seconds now) {
    auto const second = elapsed % period;
    auto rows = std::string{};
    for (auto const& model : models) {
        if (second >= model.loaded && second < model.unloaded) {
            rows += (rows.empty() ? "" : ",") + row_of(model, now);
        }
    }
    return R"({"models":[)" + rows + "]}";
}

std::string log_lines(seconds elapsed, std::chrono::sys_seconds now) {
    static constexpr std::string_view paths[] = {
        "/api/chat", "/api/chat", "/v1/chat/completions", "/api/generate", "/api/embed"};
    auto const number = static_cast<std::uint32_t>(elapsed.count());
    auto const random = mixed(number);
    if (elapsed.count() <= 0 || random % 3 != 0) {
        return {};
    }
    auto const path = paths[random / 3 % std::size(paths)];
    if (path == "/api/embed") {
        return access_line(now, 200, 20 + random / 16 % 100, path);
    }
    if (random / 16 % 15 == 0) {
        return access_line(now, 500, 30'001, path);
    }
    auto const input = 200 + random / 64 % 1800;
    auto const output = 40 + random / 256 % 300;
    auto const ms = output * (18.0 + random / 1024 % 12);
    return engine_lines(number, input, output, ms) + access_line(now, 200, ms + 0.4 * input, path);
}

std::string balance(seconds elapsed) {
    auto const used = 0.1 * static_cast<double>(std::max<std::int64_t>(elapsed.count(), 0));
    return fmt::format(
        R"({{"included":{{"session":{{"remaining_percent":{}}},)"
        R"("weekly":{{"remaining_percent":{}}}}},"purchased":{{"balance_usd":25}}}})",
        std::max(88 - used, 0.0), std::max(61.5 - used / 5, 0.0));
}

} // namespace ousage::program::demo_life
