// The program: reads the command line, takes one snapshot of every account and prints it.
#include "example/demo/demo.hpp"
#include "example/ousage/doctor_report.hpp"
#include "example/ousage/history_command.hpp"
#include "example/ousage/log_command.hpp"
#include "example/ousage/options.hpp"
#include "example/ousage/output_style.hpp"
#include "example/ousage/snapshot_text.hpp"
#include "example/ousage/status_command.hpp"
#include "example/ousage/watch_command.hpp"
#include <ousage/core/gather.hpp>
#include <ousage/ollama.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace ousage;
using namespace ousage::program;
using ousage::ollama::Snapshot;

// A deque keeps each outcome's address stable while its coroutine writes to it.
using Outcomes = std::deque<Outcome<Snapshot>>;

asio::awaitable<void>
collect_all(std::vector<Source<Snapshot>> sources, std::shared_ptr<Outcomes> outcomes) {
    auto works = std::vector<asio::awaitable<void>>{};
    for (auto const& source : sources) {
        works.push_back(source.collect(outcomes->emplace_back()));
    }
    co_await gather(std::move(works));
}

std::string to_text(
    std::vector<Snapshot> const& snapshots, ollama::Configuration const& configuration,
    Options const& options) {
    if (options.doctor) {
        return doctor_report(snapshots, configuration, doctor_facts(), standard_output_style());
    }
    return snapshot_text(snapshots, configuration, options.format);
}

// The doctor succeeds if any source has data, whatever the state of an account.
int exit_code_of(std::vector<Snapshot> const& snapshots, bool is_doctor) {
    bool any = false;
    for (auto const& snapshot : snapshots) {
        auto const is_limited = snapshot.status == ollama::Status::AUTH_REQUIRED ||
                                snapshot.status == ollama::Status::LIMITED;
        if (is_limited && !is_doctor) {
            return 1;
        }
        any = any || ollama::has_data(snapshot);
    }
    return any ? 0 : 1;
}

int run_snapshot(Options const& options, ollama::Configuration configuration) {
    // A closed pipe must not end the program before the demonstration's files are removed.
    std::signal(SIGPIPE, SIG_IGN);
    auto context = asio::io_context(1);
    auto demo = std::unique_ptr<Demo>();
    if (options.demo) {
        demo = std::make_unique<Demo>(context.get_executor(), configuration.now);
        demo->observe(configuration);
    }
    auto sources = std::vector<Source<Snapshot>>{};
    if (options.status) {
        limit_for_status(configuration);
    }
    for (auto const& account : configuration.accounts) {
        auto const observers = options.status ? status_observers(account) : ollama::Observers{};
        sources.push_back(ollama::snapshot(account, configuration, observers));
    }
    auto signals = asio::signal_set(context, SIGINT, SIGTERM);
    int signalled = 0;
    signals.async_wait([&](std::error_code error, int number) {
        if (!error) {
            signalled = number;
            context.stop();
        }
    });
    auto const outcomes = std::make_shared<Outcomes>();
    asio::co_spawn(context, collect_all(std::move(sources), outcomes), [&](std::exception_ptr) {
        context.stop();
    });
    context.run();
    if (signalled != 0) {
        demo.reset();
        // Name lookups cannot be interrupted and may still be running on their threads.
        std::_Exit(128 + signalled);
    }
    auto snapshots = std::vector<Snapshot>{};
    for (auto& outcome : *outcomes) {
        snapshots.push_back(std::move(outcome.value));
    }
    auto exit_code = exit_code_of(snapshots, options.doctor);
    auto const text =
        options.status ? status_text(snapshots.front(), configuration, *options.status, exit_code)
                       : to_text(snapshots, configuration, options);
    auto const written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return written && std::fflush(stdout) == 0 ? exit_code : 1;
}

} // namespace

int main(int count, char** arguments) try {
    int exit_code = 0;
    auto const options = read_options(count, arguments, exit_code);
    if (!options) {
        return exit_code;
    }
    auto configuration = ollama::detect(options->overrides);
    if (!configuration) {
        std::fprintf(stderr, "ousage: %s\n", to_string(configuration.failure()).c_str());
        return 2;
    }
    if (options->history) {
        return run_history(*options, std::move(*configuration));
    }
    if (options->watch) {
        run_watch(*options, std::move(*configuration));
    }
    return options->log ? run_log(*options->log, *configuration, options->format)
                        : run_snapshot(*options, std::move(*configuration));
} catch (std::exception const& error) {

    std::fprintf(stderr, "ousage: %s\n", error.what());
    return 1;
}
