#include "example/exporter/exporter_pages.hpp"

#include "example/exporter/log.hpp"
#include "example/exporter/target_name.hpp"
#include <ousage/core/asio.hpp>
#include <ousage/core/enum_name.hpp>
#include <ousage/format/prometheus/accept.hpp>
#include <ousage/io/file/process_facts.hpp>
#include <ousage/json/json.hpp>
#include <ousage/version.hpp>

#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <utility>

namespace ousage::program {

namespace {

std::string gzip(std::string const& text) {
    auto stream = z_stream{};
    // 16 added to the largest window selects gzip (zlib.h, deflateInit2).
    if (::deflateInit2(&stream, 4, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("zlib: out of memory");
    }
    auto out = std::string(::deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

PageResponse exposition_response(std::string text, ExpositionFormat format, bool compress) {
    auto response = PageResponse{};
    response.content_type = content_type(format);
    response.body = std::make_shared<std::string>(compress ? gzip(text) : std::move(text));
    response.is_gzip = compress;
    response.varies = true;
    return response;
}

std::string html(std::string_view text) {
    auto safe = std::string{};
    for (auto const character : text) {
        switch (character) {
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '&': safe += "&amp;"; break;
        case '"': safe += "&quot;"; break;
        default: safe += character;
        }
    }
    return safe;
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

} // namespace

PageResponse plain_response(int status, std::string text) {
    auto response = PageResponse{};
    response.status = status;
    response.body = std::make_shared<std::string>(std::move(text) + "\n");
    return response;
}

std::span<std::string_view const> page_paths() {
    static constexpr std::string_view paths[] = {"/",   "/probe",     "/snapshot",
                                                 "/sd", "/-/healthy", "/-/ready"};
    return paths;
}

Pages::Pages(
    std::shared_ptr<Targets> targets, std::chrono::nanoseconds interval, std::string metrics_path)
    : targets_(std::move(targets)), interval_(interval), metrics_path_(std::move(metrics_path)) {}

std::string_view Pages::handler_of(std::string_view path) const {
    static constexpr std::pair<std::string_view, std::string_view> handlers[] = {
        {"/", "index"}, {"/probe", "probe"},       {"/snapshot", "snapshot"},
        {"/sd", "sd"},  {"/-/healthy", "healthy"}, {"/-/ready", "ready"},
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

bool Pages::shows_own_server(std::string const& path) const {
    return path == metrics_path_ || path == "/snapshot";
}

std::optional<PageResponse> Pages::respond(PageRequest const& request) {
    if (request.method != "GET" && request.method != "HEAD") {
        return plain_response(405, "only GET and HEAD are allowed");
    }
    if (targets_->own()->polls() == 0 && shows_own_server(request.path)) {
        return std::nullopt;
    }
    if (request.path == metrics_path_) {
        return metrics(request);
    }
    if (request.path == "/probe") {
        auto refusal = PageResponse{};
        return target_of(request, refusal) ? std::nullopt : std::optional(std::move(refusal));
    }
    if (request.path == "/snapshot") {
        return snapshot();
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
    return request.path == "/" ? front_page() : plain_response(404, "no such page");
}

asio::awaitable<PageResponse> Pages::respond_later(PageRequest request) {
    auto response = PageResponse{};
    if (shows_own_server(request.path)) {
        co_await wait_for_first_poll(limit_of(request.scrape_timeout));
        response = request.path == metrics_path_ ? metrics(request) : snapshot();
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
asio::awaitable<void> Pages::wait_for_first_poll(std::chrono::nanoseconds limit) {
    auto const executor = co_await asio::this_coro::executor;
    auto const end = std::chrono::steady_clock::now() + limit;
    auto timer = asio::steady_timer(executor);
    while (targets_->own()->polls() == 0 && std::chrono::steady_clock::now() < end) {
        timer.expires_after(std::chrono::milliseconds(10));
        auto const [error] = co_await timer.async_wait(ousage::as_tuple(asio::use_awaitable));
        if (error) {
            break;
        }
    }
}

PageResponse Pages::snapshot() const {
    auto response = plain_response(200, to_json(targets_->own()->snapshot()));
    response.content_type = "application/json";
    return response;
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

PageResponse Pages::front_page() const {
    auto const own = targets_->own();
    auto text = std::string(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>ousage</title>"
        "</head>\n<body><h1>ousage-exporter " OUSAGE_VERSION "</h1>\n<p>");
    auto const metrics_path = std::string_view(metrics_path_);
    for (auto const path :
         {metrics_path, std::string_view("/snapshot"), std::string_view("/sd"),
          std::string_view("/-/healthy"), std::string_view("/-/ready")}) {
        text += fmt::format(FMT_STRING("<a href=\"{}\">{}</a> "), path, path);
    }
    text += "</p>\n<p>" + html(own->snapshot().message) +
            "</p>\n<table>\n<tr><th>source</th>"
            "<th>state</th><th>milliseconds</th><th></th></tr>\n";
    for (auto const& report : own->snapshot().sources) {
        text += fmt::format(
            FMT_STRING("<tr><td>{}</td><td>{}</td><td>{:.1f}</td><td>{}</td></tr>\n"),
            html(report.name), enum_name(report.state), report.elapsed_ms,
            html(report.error.value_or("")));
    }
    text += "</table></body></html>";
    auto response = plain_response(200, std::move(text));
    response.content_type = "text/html; charset=utf-8";
    return response;
}

} // namespace ousage::program
