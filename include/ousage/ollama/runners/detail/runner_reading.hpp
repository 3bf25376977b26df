#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/io/platform/process_table.hpp>
#include <ousage/io/platform/tcp_table.hpp>
#include <ousage/ollama/model/ollama_process.hpp>
#include <ousage/ollama/model/runner.hpp>
#include <ousage/ollama/runners/detail/engine_arguments.hpp>
#include <ousage/ollama/runners/runner_system.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// An engine process, and its listener if it is verified.
struct Engine {
    io::Process process;
    std::optional<std::uint32_t> user;
    bool counts_requests = false; // it has one connection for each request
    Runner runner;
    std::optional<io::TcpSocket> listener;
};

struct RunnerReading {
    std::vector<Engine> engines;
    std::vector<Failure> failures;
    std::string absent; // why there is nothing to read; empty if there is
};

// The user id that stands for all users that a namespace does not map.
inline constexpr std::uint32_t unmapped_user = 65534;

// Returns the engine process, or nothing if the process is none. Engines of Ollama before 0.30,
// `ollama runner`, keep their connections open.
inline std::optional<Engine> engine_of(io::Process const& process, io::ProcessTable const& table) {
    auto const is_separate = is_engine_name(process.name);
    if (is_separate && !is_of_ollama(process, table)) {
        return std::nullopt;
    }
    auto const arguments = table.command_line(process.pid);
    if (!is_separate && (arguments.size() < 2 || arguments[1] != "runner")) {
        return std::nullopt;
    }
    auto engine = Engine{};
    engine.process = process;
    engine.user = table.user(process.pid);
    engine.counts_requests = is_separate && process.name != "ollama_llama_se";
    auto parsed = parse_engine_arguments(arguments);
    engine.runner.digest = std::move(parsed.digest);
    engine.runner.port = parsed.port;
    engine.runner.context_length = parsed.context_length;
    engine.runner.slots = parsed.slots;
    return engine;
}

inline std::vector<Engine>
engines_of(std::vector<io::Process> const& processes, io::ProcessTable const& table) {
    auto engines = std::vector<Engine>{};
    for (auto const& process : processes) {
        if (auto engine = engine_of(process, table)) {
            engines.push_back(std::move(*engine));
        }
    }
    std::sort(engines.begin(), engines.end(), [](Engine const& left, Engine const& right) {
        return left.process.pid < right.process.pid;
    });
    return engines;
}

// Returns true if every listener on the port of the engine belongs to the user of its process.
inline bool is_verified(Engine const& engine, std::vector<io::TcpSocket> const& listeners) {
    return engine.user && *engine.user != unmapped_user && !listeners.empty() &&
           std::all_of(listeners.begin(), listeners.end(), [&](io::TcpSocket const& listener) {
               return listener.user == *engine.user;
           });
}

// Counts the connections of one engine. Returns false if its port has no listener.
inline bool
count_requests(Engine& engine, std::vector<io::TcpSocket> const& sockets, RunnerReading& into) {
    auto listeners = std::vector<io::TcpSocket>{};
    for (auto const& socket : sockets) {
        if (socket.is_listening && socket.port == engine.runner.port) {
            listeners.push_back(socket);
        }
    }
    if (listeners.empty()) {
        return false;
    }
    if (!is_verified(engine, listeners)) {
        auto text = "the listener on port " + std::to_string(*engine.runner.port) +
                    " does not belong to the user of the engine process";
        into.failures.push_back({"listener", make_error_code(Errc::unsupported), std::move(text)});
        return true;
    }
    engine.listener = listeners.front();
    auto const is_request = [&listeners](io::TcpSocket const& socket) {
        return !socket.is_listening &&
               std::any_of(listeners.begin(), listeners.end(), [&](io::TcpSocket const& listener) {
                   return accepts(listener, socket);
               });
    };
    auto const count = std::count_if(sockets.begin(), sockets.end(), is_request);
    engine.runner.active_requests = static_cast<std::uint64_t>(count);
    return true;
}

// Counts the requests of all engines. Without any listener, the engines run in another network
// namespace, or have not opened their ports yet.
inline void count_all_requests(RunnerSystem const& system, RunnerReading& reading) {
    auto ports = std::vector<std::uint16_t>{};
    for (auto const& engine : reading.engines) {
        if (engine.counts_requests && engine.runner.port) {
            ports.push_back(*engine.runner.port);
        }
    }
    if (ports.empty()) {
        return;
    }
    auto const sockets = io::tcp_sockets(std::move(ports), system.connections, system.proc);
    if (!sockets) {
        reading.failures.push_back({"connections", sockets.failure().code, sockets.failure().text});
        return;
    }
    auto has_listener = false;
    for (auto& engine : reading.engines) {
        if (engine.counts_requests && engine.runner.port) {
            has_listener = count_requests(engine, *sockets, reading) || has_listener;
        }
    }
    auto const counts = [](Engine const& engine) { return engine.counts_requests; };
    if (!has_listener) {
        std::erase_if(reading.engines, counts);
        if (reading.engines.empty()) {
            reading.absent = "no listener of the engine processes in this network namespace: they "
                             "run in another one, or are starting";
        }
    }
}

// Reads the process table, then the table of connections.
inline RunnerReading read_runners(RunnerSystem const& system) {
    auto reading = RunnerReading{};
    auto const table = io::ProcessTable(system.proc);
    auto const processes = table.find(
        [](std::string_view name) { return is_engine_name(name) || is_ollama_name(name); });
    if (!processes) {
        reading.absent = "no process table at " + system.proc.string();
        return reading;
    }
    reading.engines = engines_of(*processes, table);
    if (reading.engines.empty()) {
        reading.absent = table.is_hidden() ? "the process table is hidden"
                                           : "no engine process of an Ollama server";
        return reading;
    }
    count_all_requests(system, reading);
    // A process that ended meanwhile may have left its id and its port to another one.
    std::erase_if(reading.engines, [&table](Engine const& engine) {
        auto const process = table.at(engine.process.pid);
        return !process || process->start != engine.process.start;
    });
    if (reading.engines.empty() && reading.absent.empty()) {
        reading.absent = "the engine processes ended";
    }
    return reading;
}

} // namespace OUSAGE_NAMESPACE::ollama::detail
