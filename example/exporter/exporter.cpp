// The exporter: polls its own server, probes other targets on request, serves Prometheus.
#include "example/demo/demo.hpp"
#include "example/exporter/account_polls.hpp"
#include "example/exporter/exporter_options.hpp"
#include "example/exporter/exporter_pages.hpp"
#include "example/exporter/exporter_server.hpp"
#include "example/exporter/exporter_target.hpp"
#include "example/exporter/healthcheck.hpp"
#include "example/exporter/log.hpp"
#include "example/exporter/reloader.hpp"
#include "example/exporter/target_name.hpp"
#include "example/exporter/web_site.hpp"
#include <ousage/ollama.hpp>
#include <ousage/version.hpp>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace {

using namespace ousage;
using namespace ousage::program;

// Polls the own server forever, at a fixed rate. A poll that takes longer delays the next one.
// Cancelling the timer starts the next one immediately.
asio::awaitable<void> poll_forever(
    std::shared_ptr<Targets> targets, std::chrono::nanoseconds interval,
    asio::steady_timer& timer) {
    auto next = std::chrono::steady_clock::now();
    for (;;) {
        auto const target = targets->own();
        co_await target->poll_regularly();
        next = std::max(
            next + std::chrono::duration_cast<std::chrono::steady_clock::duration>(interval),
            std::chrono::steady_clock::now());
        if (target != targets->own()) {
            continue; // a reload replaced it during the poll
        }
        auto ignored = std::error_code();
        timer.expires_at(next);
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

// Reloads on each SIGHUP. If the own server changed, polls it at once.
asio::awaitable<void> reload_on_hangup(
    asio::signal_set& hangup, Reloader& reloader, Targets const& targets,
    asio::steady_timer& poll_timer) {
    for (;;) {
        co_await hangup.async_wait(asio::use_awaitable);
        auto const own = targets.own();
        reloader.reload();
        if (own != targets.own()) {
            poll_timer.cancel();
        }
    }
}

// Writes once a minute what happened to clients: single events would let a client fill the log.
asio::awaitable<void> report_clients(ExporterServer& server, asio::steady_timer& timer) {
    for (;;) {
        timer.expires_after(std::chrono::minutes(1));
        co_await timer.async_wait(asio::use_awaitable);
        server.log_clients();
    }
}

// Responds to the scrapes in progress, then stops the program. Polls of probes end after 300 ms.
// Clients that have not read their response after 0.9 s are disconnected, so that the program ends
// within a second.
asio::awaitable<void> shut_down(ExporterServer& server, asio::io_context& context) {
    auto timer = asio::steady_timer(context);
    auto const start = std::chrono::steady_clock::now();
    auto waited = std::chrono::steady_clock::duration(0);
    server.close();
    while (server.connections() > 0 && waited < std::chrono::milliseconds(900)) {
        timer.expires_after(std::chrono::milliseconds(10));
        co_await timer.async_wait(asio::use_awaitable);
        waited = std::chrono::steady_clock::now() - start;
        if (waited >= std::chrono::milliseconds(300)) {
            server.cancel_pending();
        }
    }
    context.stop();
}

// Raises the limit of descriptors from the usual 1,024 to the hard limit: many targets need them.
void raise_descriptors() {
    auto limit = rlimit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

// Returns how many accounts are polled at once, beside the own server: a poll needs descriptors.
std::size_t concurrent_polls() {
    auto limit = rlimit{};
    auto const known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
    return known ? std::clamp<std::size_t>(limit.rlim_cur / 64, 1, 4) : 1;
}

int report_failure(std::string const& text) {
    std::fprintf(stderr, "ousage-exporter: %s\n", text.c_str());
    return 2;
}

int serve(ExporterOptions const& options, ollama::Configuration configuration) {
    auto const connections = server_limits(options).connections;
    auto site =
        WebSiteFile::open(options.web_config, std::clamp<std::size_t>(connections / 2, 1, 256));
    if (!site) {
        return report_failure(to_string(site.failure()));
    }
    for (auto const& pattern : options.allowed_targets) {
        if (!canonical_pattern(pattern)) {
            return report_failure(
                "--allow-target: a URL such as http://*.example.org:11434 is needed, in which * "
                "matches one label and ** more");
        }
    }
    auto context = asio::io_context(1);
    auto demo = std::unique_ptr<Demo>();
    if (options.demo) {
        demo = std::make_unique<Demo>(context.get_executor(), configuration.now);
        demo->observe(configuration);
        demo->start_life();
    }
    auto const targets =
        std::make_shared<Targets>(std::move(configuration), options.allowed_targets);
    auto pages = Pages(targets, options.interval, options.telemetry_path);
    auto server = std::unique_ptr<ExporterServer>();
    try {
        server = std::make_unique<ExporterServer>(context, options, *site, pages);
    } catch (std::exception const& error) {
        return report_failure(std::string("cannot listen: ") + error.what());
    }
    auto const stop = [&context](std::exception_ptr const& thrown) {
        if (thrown) {
            context.stop();
            std::rethrow_exception(thrown);
        }
    };
    auto reloader = Reloader(options, *targets, *site);
    auto const start =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    pages.show_exporter([&server, &reloader, start] {
        auto facts = server->facts();
        facts.start = start;
        reloader.report(facts);
        return facts;
    });
    auto signals = asio::signal_set(context, SIGINT, SIGTERM);
    auto hangup = asio::signal_set(context, SIGHUP);
    signals.async_wait([&](std::error_code error, int) {
        if (!error) {
            asio::co_spawn(context, shut_down(*server, context), stop);
        }
    });
    // Written last: from here on a signal stops the server in order.
    for (auto const& address : server->addresses()) {
        log_event(
            LogLevel::info, "listening",
            {{"version", OUSAGE_VERSION},
             {"tls", site->now()->tls ? "true" : "false"},
             {"address", address}});
    }
    auto poll_timer = asio::steady_timer(context);
    asio::co_spawn(context, poll_forever(targets, options.interval, poll_timer), stop);
    for (std::size_t count = concurrent_polls(); count > 0; --count) {
        asio::co_spawn(context, poll_accounts(targets), stop);
    }
    asio::co_spawn(context, reload_on_hangup(hangup, reloader, *targets, poll_timer), stop);
    auto report_timer = asio::steady_timer(context);
    asio::co_spawn(context, report_clients(*server, report_timer), stop);
    context.run();
    server->log_clients();
    log_event(LogLevel::info, "stopped");
    std::fflush(stderr);
    demo.reset(); // removes its files
    // Name lookups cannot be interrupted and may still be running on their threads.
    std::_Exit(0);
}

} // namespace

int main(int count, char** arguments) try {
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptors();
    int exit_code = 0;
    auto const options = read_exporter_options(count, arguments, exit_code);
    if (!options) {
        return exit_code;
    }
    if (options->healthcheck) {
        end_with_health(*options);
    }
    set_log(options->log_level, options->log_format);
    auto configuration = ollama::detect(options->overrides, options->environment);
    if (!configuration) {
        return report_failure(to_string(configuration.failure()));
    }
    if (configuration->accounts.empty()) {
        return report_failure("--config: the file contains no account");
    }
    return serve(*options, std::move(*configuration));
} catch (std::exception const& error) {

    std::fprintf(stderr, "ousage-exporter: %s\n", error.what());
    return 1;
}
