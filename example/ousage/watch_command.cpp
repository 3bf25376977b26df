#include "example/ousage/watch_command.hpp"

#include "example/demo/demo.hpp"
#include "example/history/polled_history.hpp"
#include "example/ousage/snapshot_text.hpp"
#include "example/ousage/watch/forced_end.hpp"
#if OUSAGE_WITH_CURSES
#    include "example/ousage/watch/dashboard.hpp"
#endif
#include <ousage/core/gather.hpp>
#include <ousage/ollama/take_snapshot.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace ousage::program {

namespace {

using ollama::Snapshot;

bool is_dashboard(Options const& options) {
    auto const* const terminal = std::getenv("TERM");
    auto const is_dumb =
        terminal == nullptr || *terminal == '\0' || std::string_view(terminal) == "dumb";
    return OUSAGE_WITH_CURSES && options.format_name.empty() && !is_dumb &&
           ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
}

#if OUSAGE_WITH_CURSES

int run_dashboard(
    asio::io_context& context, Options const& options, ollama::Configuration const& configuration) {
    auto dashboard = Dashboard(context, configuration, options.watch->interval);
    return dashboard.run();
}

#else

int run_dashboard(asio::io_context&, Options const&, ollama::Configuration const&) {
    return 1;
}

#endif

// Writes one text of all accounts. Returns whether standard output took it.
bool write_texts(
    std::deque<Outcome<Snapshot>>& outcomes, ollama::Configuration const& configuration,
    Format format, bool is_first) {
    auto snapshots = std::vector<Snapshot>{};
    for (auto& outcome : outcomes) {
        snapshots.push_back(std::move(outcome.value));
    }
    auto const separator = is_first || format != Format::table ? "" : "\n";
    auto const text = separator + snapshot_text(snapshots, configuration, format);
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
           std::fflush(stdout) == 0;
}

// An account whose snapshots are written, and its history.
struct StreamedAccount {
    std::shared_ptr<PolledHistory> history;
    Source<Snapshot> source;
    std::string failure; // of the history, which was reported

    StreamedAccount(ollama::Account const& account, ollama::Configuration const& configuration)
        : history(std::make_shared<PolledHistory>(account, configuration, false)),
          source(ollama::snapshot(account, configuration, observers())) {}

    ollama::Observers observers() const {
        auto made = ollama::Observers{};
        made.log = history->observer();
        return made;
    }

    // Stores the history on a thread, and reports why it could not be stored before.
    void record(Outcome<Snapshot> const& outcome, asio::any_io_executor const& executor) {
        history->observe(outcome);
        history->start_work(executor);
        if (failure != history->failure()) {
            failure = history->failure();
            if (!failure.empty()) {
                std::fprintf(stderr, "ousage: history: %s\n", failure.c_str());
            }
        }
    }
};

// Writes a text of all accounts once per interval, until standard output fails.
asio::awaitable<void> write_each_interval(
    ollama::Configuration const& configuration, Format format, std::chrono::nanoseconds interval) {
    auto const executor = co_await asio::this_coro::executor;
    auto const period = std::chrono::duration_cast<std::chrono::steady_clock::duration>(interval);
    auto accounts = std::deque<StreamedAccount>{};
    for (auto const& account : configuration.accounts) {
        accounts.emplace_back(account, configuration);
    }
    auto timer = asio::steady_timer(executor);
    auto next = std::chrono::steady_clock::now();
    for (bool is_first = true;; is_first = false) {
        auto outcomes = std::deque<Outcome<Snapshot>>{};
        auto works = std::vector<asio::awaitable<void>>{};
        for (auto const& account : accounts) {
            works.push_back(account.source.collect(outcomes.emplace_back()));
        }
        co_await gather(std::move(works));
        for (std::size_t index = 0; index < accounts.size(); ++index) {
            accounts[index].record(outcomes[index], executor);
        }
        if (!write_texts(outcomes, configuration, format, is_first)) {
            co_return;
        }
        auto const now = std::chrono::steady_clock::now();
        next += period * ((now - next) / period + 1);
        timer.expires_at(next);
        auto ignored = std::error_code();
        auto token = asio::redirect_error(asio::use_awaitable, ignored);
        co_await timer.async_wait(token);
    }
}

int run_stream(
    asio::io_context& context, Options const& options, ollama::Configuration const& configuration) {
    // A reader that does not read blocks this thread.
    auto const forced_end = ForcedEnd();
    int exit_code = 1; // standard output was closed
    auto signals = asio::signal_set(context, SIGINT, SIGTERM, SIGHUP);
    signals.add(SIGQUIT);
    signals.async_wait([&](std::error_code error, int number) {
        if (!error) {
            exit_code = 128 + number;
            context.stop();
        }
    });
    auto const format = options.format_name.empty() ? Format::table : options.format;
    auto const interval =
        options.watch->interval.value_or(configuration.accounts.front().poll_interval);
    auto work = write_each_interval(configuration, format, interval);
    asio::co_spawn(context, std::move(work), [&](std::exception_ptr) { context.stop(); });
    context.run();
    return exit_code;
}

} // namespace

void run_watch(Options const& options, ollama::Configuration configuration) {
    std::signal(SIGPIPE, SIG_IGN);
    configuration.is_polled = true;
    int exit_code = 0;
    {
        auto context = asio::io_context(1);
        auto demo = std::unique_ptr<Demo>();
        if (options.demo) {
            demo = std::make_unique<Demo>(context.get_executor(), configuration.now);
            demo->observe(configuration);
            demo->start_life();
        }
        exit_code = is_dashboard(options) ? run_dashboard(context, options, configuration)
                                          : run_stream(context, options, configuration);
        demo.reset();
        // Name lookups cannot be interrupted and may still be running on their threads.
        std::_Exit(exit_code);
    }
}

} // namespace ousage::program
