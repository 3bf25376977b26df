// The sources `runners` and `gpu`. BM_Runners: 10,000 established connections in the table of this
// machine, of which half belong to the engine's port, by each interface of the kernel.
#include "support/proc_tree.hpp"
#include <ousage/core/run.hpp>
#include <ousage/ollama/gpu.hpp>
#include <ousage/ollama/runners.hpp>
#include <ousage/ollama/runners/detail/runner_reading.hpp>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::test;
using Tcp = asio::ip::tcp;

// 5,000 connections: both ends are in the table, which therefore has 10,000 rows.
struct Connections {
    Connections() {
        auto limit = rlimit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
        for (int index = 0; index < 5'000; ++index) {
            ends.emplace_back(context);
            ends.back().connect(acceptor.local_endpoint());
            ends.push_back(acceptor.accept());
        }
    }

    asio::io_context context;
    Tcp::acceptor acceptor{context, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    std::vector<Tcp::socket> ends;
};

void BM_Runners(benchmark::State& state, io::TcpTable table) {
    static auto connections = Connections();
    auto const port = connections.acceptor.local_endpoint().port();
    auto const tree = ProcTree();
    tree.add({1, 0, "init", 0, {}});
    tree.add({2, 1, "ollama", ::geteuid(), {"ollama", "serve"}});
    tree.add({3, 2, "llama-server", ::geteuid(), {"llama-server", "--port", std::to_string(port)}});
    for (std::uint32_t pid = 4; pid < 200; ++pid) {
        tree.add({pid, 1, "other", 0, {}});
    }
    std::filesystem::create_directory_symlink("/proc/self/net", tree.path() / "net");
    auto system = ollama::RunnerSystem{};
    system.proc = tree.path();
    system.connections = table;
    auto requests = std::optional<std::uint64_t>{};
    for (auto _ : state) {
        auto const reading = ollama::detail::read_runners(system);
        requests = reading.engines.at(0).runner.active_requests;
    }
    if (requests != 5'000u) {
        throw std::runtime_error("wrong number of connections");
    }
}

BENCHMARK_CAPTURE(BM_Runners, sock_diag, io::TcpTable::sock_diag)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(BM_Runners, procfs, io::TcpTable::procfs)->Unit(benchmark::kMicrosecond);

// The process table of this machine, without an engine.
void BM_ProcessTable(benchmark::State& state) {
    auto const system = ollama::RunnerSystem{};
    for (auto _ : state) {
        benchmark::DoNotOptimize(ollama::detail::read_runners(system));
    }
}

BENCHMARK(BM_ProcessTable)->Unit(benchmark::kMicrosecond);

// The GPUs of this machine, without the first reading.
void BM_Gpu(benchmark::State& state) {
    auto const source = ollama::gpu();
    auto cards = run(source).value.gpus.size();
    for (auto _ : state) {
        cards = run(source).value.gpus.size();
    }
    state.counters["gpus"] = static_cast<double>(cards);
}

BENCHMARK(BM_Gpu)->Unit(benchmark::kMicrosecond);

} // namespace
