#include "example/exporter/exporter_pages.hpp"

#include "example/exporter/gzip.hpp"
#include "example/exporter/identity.hpp"
#include "example/exporter/log.hpp"
#include "example/exporter/page_files.hpp"
#include "example/exporter/page_view.hpp"
#include "example/exporter/target_name.hpp"
#include <ousage/core/asio.hpp>
#include <ousage/format/prometheus/accept.hpp>
#include <ousage/format/text/display_text.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/json/json.hpp>
#include <ousage/version.hpp>

#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

namespace ousage::program {

namespace {

PageResponse exposition_response(std::string text, ExpositionFormat format, bool compress) {
    auto response = PageResponse{};
    response.content_type = content_type(format);
    response.body = std::make_shared<std::string>(compress ? gzip(text) : std::move(text));
    response.is_gzip = compress;
    response.varies = true;
    return response;
}

// A response that no cache keeps, because it depends on the client.
PageResponse json_response(std::string text, PageRequest const& request) {
    auto response = PageResponse{};
    response.is_gzip = accepts_gzip(request.accept_encoding);
    response.body =
        std::make_shared<std::string>(response.is_gzip ? gzip(text) : std::move(text) + "\n");
    response.content_type = "application/json";
    response.varies = true;
    response.cache_control = "no-store";
    return response;
}

// Returns the time limit of a scrape: Prometheus's scrape timeout less 0.5 s for the response (at
// least half of it). Two minutes without a valid header.
std::chrono::nanoseconds limit_of(std::string const& scrape_timeout) {
    double seconds = 0;
    auto const* const end = scrape_timeout.data() + scrape_timeout.size();
    auto const [rest, error] =
        std::from_chars(scrape_timeout.data(), end, seconds, std::chars_format::fixed);
    auto const good = error == std::errc{} && rest == end && std::isfinite(seconds) && seconds > 0;
    seconds = good ? std::min(seconds, 120.0) : 120.5;
    seconds = std::max(seconds - 0.5, seconds / 2);
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

std::optional<PageHistory> history_of(Target const& target) {
    auto const& days = target.days();
    return days.from.empty() ? std::nullopt : std::optional(PageHistory{days.from, days.log_since});
}

} // namespace

PageResponse plain_response(int status, std::string text) {
    auto response = PageResponse{};
    response.status = status;
    response.body = std::make_shared<std::string>(std::move(text) + "\n");
    return response;
}

std::span<std::string_view const> page_paths() {
    static constexpr std::string_view paths[] = {"/",          "/probe",   "/snapshot", "/sd",
                                                 "/-/healthy", "/-/ready", "/page.css", "/page.js",
                                                 "/icon.svg",  "/view"};
    return paths;
}

Pages::Pages(
    std::shared_ptr<Targets> targets, std::chrono::nanoseconds interval, std::string metrics_path)
    : targets_(std::move(targets)), interval_(interval), metrics_path_(std::move(metrics_path)) {}

std::string_view Pages::handler_of(std::string_view path) const {
    static constexpr std::pair<std::string_view, std::string_view> handlers[] = {
        {"/", "index"},         {"/probe", "probe"},       {"/snapshot", "snapshot"},
        {"/sd", "sd"},          {"/-/healthy", "healthy"}, {"/-/ready", "ready"},
        {"/page.css", "index"}, {"/page.js", "index"},     {"/icon.svg", "index"},
        {"/view", "view"},
    };
    if (path == metrics_path_) {
        return "metrics";
    }
    for (auto const& [page, name] : handlers) {
        if (path == page) {
            return name;
        }
    }
    return "other";
}

// Writes which server was refused: scheme, host and port, because a path may contain a secret.
// Writes at most ten events at once, and one a second, because any client can cause them.
void Pages::log_refusal(std::string const& target) {
    if (refusal_events_.permit(std::chrono::steady_clock::now())) {
        auto const url = canonical_target(target).value_or("");
        auto const host = url.find("://");
        auto const end = host == url.npos ? host : url.find('/', host + 3);
        log_event(LogLevel::warn, "refused a target", {{"target", url.substr(0, end)}});
    }
}

// Returns the accounts that a request for /snapshot or /view is about: one, or all without the
// parameter `account`. Empty if that account does not exist.
std::vector<std::shared_ptr<Target>> Pages::accounts_of(PageRequest const& request) const {
    auto const& all = targets_->configured();
    if (count_parameter(request.query, "account") == 0) {
        return all;
    }
    auto const id = parameter_in(request.query, "account");
    for (auto const& target : all) {
        if (id && target->id() == *id) {
            return {target};
        }
    }
    return {};
}

// True if the response needs a poll that has not ended yet.
bool Pages::needs_poll(PageRequest const& request) const {
    if (request.path == metrics_path_) {
        return targets_->own()->polls() == 0;
    }
    if (request.path != "/snapshot") {
        return false;
    }
    // All accounts do not wait for a server that does not respond: it has an empty snapshot.
    if (count_parameter(request.query, "account") == 0) {
        return targets_->own()->polls() == 0;
    }
    auto const accounts = accounts_of(request);
    return std::any_of(
        accounts.begin(), accounts.end(), [](auto const& target) { return target->polls() == 0; });
}

std::optional<PageResponse> Pages::respond(PageRequest const& request) {
    if (request.method != "GET" && request.method != "HEAD") {
        return plain_response(405, "only GET and HEAD are allowed");
    }
    if (needs_poll(request)) {
        return std::nullopt;
    }
    if (request.path == metrics_path_) {
        return metrics(request);
    }
    if (request.path == "/probe") {
        auto refusal = PageResponse{};
        return target_of(request, refusal) ? std::nullopt : std::optional(std::move(refusal));
    }
    return respond_by_path(request);
}

// Returns the response to a path whose page is always available.
std::optional<PageResponse> Pages::respond_by_path(PageRequest const& request) {
    if (request.path == "/snapshot") {
        return snapshot(request);
    }
    if (request.path == "/view") {
        return view(request);
    }
    if (request.path == "/sd") {
        return sd();
    }
    if (request.path == "/-/healthy") {
        return plain_response(200, "healthy");
    }
    if (request.path == "/-/ready") {
        return ready();
    }
    auto found = file(request);
    return found ? std::move(found) : plain_response(404, "no such page");
}

asio::awaitable<PageResponse> Pages::respond_later(PageRequest request) {
    auto response = PageResponse{};
    if (request.path != "/probe") {
        co_await wait_for_first_poll(request);
        response = request.path == metrics_path_ ? metrics(request) : snapshot(request);
        co_return response;
    }
    auto const target = target_of(request, response);
    if (!target) {
        co_return response;
    }
    auto const is_done = co_await target->poll(limit_of(request.scrape_timeout));
    if (!is_done) {
        response = plain_response(503, "a poll of that target did not end in time");
        co_return response;
    }
    auto const format = negotiate_exposition(request.accept);
    response = exposition_response(
        target->probe_exposition(format), format, accepts_gzip(request.accept_encoding));
    co_return response;
}

// Delays the first scrape after start until the first poll, so that it is complete.
asio::awaitable<void> Pages::wait_for_first_poll(PageRequest request) {
    auto const executor = co_await asio::this_coro::executor;
    auto const end = std::chrono::steady_clock::now() + limit_of(request.scrape_timeout);
    auto timer = asio::steady_timer(executor);
    while (needs_poll(request) && std::chrono::steady_clock::now() < end) {
        timer.expires_after(std::chrono::milliseconds(10));
        auto const [error] = co_await timer.async_wait(ousage::as_tuple(asio::use_awaitable));
        if (error) {
            break;
        }
    }
}

PageResponse Pages::snapshot(PageRequest const& request) const {
    auto const accounts = accounts_of(request);
    if (accounts.empty()) {
        return plain_response(404, "no such account");
    }
    auto snapshots = std::vector<ollama::Snapshot>{};
    for (auto const& target : accounts) {
        auto snapshot = target->snapshot();
        snapshot.account_id = target->id(); // also before the first poll
        snapshots.push_back(
            request.shows_identity ? std::move(snapshot) : without_identity(std::move(snapshot)));
    }
    auto const is_one =
        targets_->configured().size() == 1 || count_parameter(request.query, "account") > 0;
    return json_response(is_one ? to_json(snapshots.front()) : to_json(snapshots), request);
}

std::chrono::nanoseconds Pages::interval_of(Target const& target) const {
    return &target == targets_->own().get() ? interval_ : target.account().poll_interval;
}

// The page itself contains no data and requests this. Without `account`, the first one is shown.
PageResponse Pages::view(PageRequest const& request) const {
    auto const accounts = accounts_of(request);
    if (accounts.empty()) {
        return plain_response(404, "no such account");
    }
    auto const& all = targets_->configured();
    auto const& shown = accounts.front();
    auto page = PageView{};
    page.version = OUSAGE_VERSION;
    page.metrics_path = metrics_path_;
    page.interval_seconds = std::chrono::duration<double>(interval_of(*shown)).count();
    page.account = shown->id();
    for (auto const& target : all) {
        auto const interval =
            std::chrono::duration_cast<std::chrono::seconds>(interval_of(*target));
        auto entry = PageAccount{};
        entry.id = display_text(target->id());
        entry.key = target->id();
        entry.is_polled = target->polls() > 0;
        if (entry.is_polled) {
            auto const& view = target->view(interval, all.size() > 1);
            entry.state = view.header.state;
            entry.severity = severity_of(view);
            if (target == shown) {
                page.age_seconds = target->age().count();
                page.view = view;
                page.history = history_of(*target);
            }
        }
        page.accounts.push_back(std::move(entry));
    }
    return json_response(to_json(page, JsonStyle::compact), request);
}

// Returns a file of the web page, which is compressed once.
std::optional<PageResponse> Pages::file(PageRequest const& request) {
    auto const is_gzip = accepts_gzip(request.accept_encoding);
    if (auto const known = files_.find({request.path, is_gzip}); known != files_.end()) {
        return known->second;
    }
    for (auto const& found : page_files()) {
        if (found.path == request.path) {
            auto response = PageResponse{};
            response.content_type = found.content_type;
            response.body =
                std::make_shared<std::string>(is_gzip ? gzip(found.body, 9) : found.body);
            response.is_gzip = is_gzip;
            response.varies = true;
            response.cache_control = "no-cache";
            return files_.emplace(std::pair(request.path, is_gzip), response).first->second;
        }
    }
    return std::nullopt;
}

std::shared_ptr<Target> Pages::target_of(PageRequest const& request, PageResponse& refusal) {
    auto const name = target_in(request.query);
    if (!name) {
        refusal = plain_response(400, "exactly one parameter target is needed");
        return nullptr;
    }
    auto target = targets_->find(*name);
    if (!target) {
        log_refusal(*name);
        refusal = plain_response(403, "that target is not allowed");
    }
    return target;
}

// Returns an exposition that is cached for one second, or until the next poll.
PageResponse Pages::metrics(PageRequest const& request) {
    auto const format = negotiate_exposition(request.accept);
    auto const compress = accepts_gzip(request.accept_encoding);
    auto const index = (format == ExpositionFormat::text ? 0u : 1u) + (compress ? 2u : 0u);
    auto& cached = cached_[index];
    auto const own = targets_->own();
    auto const now = std::chrono::steady_clock::now();
    if (!cached || cached->polls != own->polls() || now - cached->made >= std::chrono::seconds(1)) {
        auto const process = io::process_facts();
        auto const exporter = facts_ ? std::optional(facts_()) : std::nullopt;
        auto text = own->exposition(format, &process, exporter ? &*exporter : nullptr);
        auto response = exposition_response(std::move(text), format, compress);
        cached = CachedPage{std::move(response), own->polls(), now};
    }
    return cached->response;
}

PageResponse Pages::sd() const {
    auto writer = JsonWriter(JsonStyle::pretty);
    writer.open('[');
    for (auto const& target : targets_->configured()) {
        writer.element();
        writer.open('{');
        writer.key("targets");
        writer.open('[');
        writer.element();
        writer.string(target->id());
        writer.close(']');
        writer.key("labels");
        writer.open('{');
        writer.key("__metrics_path__");
        writer.string("/probe");
        writer.key("__meta_ousage_url");
        writer.string(target->url());
        writer.close('}');
        writer.close('}');
    }
    writer.close(']');
    auto response = plain_response(200, std::move(writer).text());
    response.content_type = "application/json";
    return response;
}

PageResponse Pages::ready() const {
    auto const own = targets_->own();
    auto const late = std::chrono::duration<double>(3 * interval_).count() + 10;
    if (own->polls() == 0) {
        return plain_response(503, "no poll has completed yet");
    }
    return own->age().count() > late ? plain_response(503, "the last poll is too old")
                                     : plain_response(200, "ready");
}

} // namespace ousage::program
