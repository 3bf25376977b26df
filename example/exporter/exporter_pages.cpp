#include "example/exporter/exporter_pages.hpp"

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
#include <stdexcept>

namespace ousage::program {

namespace {

std::string gzip(std::string const& text) {
    auto stream = z_stream{};
    // 16 added to the largest window selects gzip (zlib.h, deflateInit2).
    if (::deflateInit2(&stream, 4, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("zlib has no memory");
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

PageAnswer exposition_answer(std::string text, ExpositionFormat format, bool compress) {
    auto answer = PageAnswer{};
    answer.content_type = content_type(format);
    answer.body = std::make_shared<std::string>(compress ? gzip(text) : std::move(text));
    answer.is_gzip = compress;
    answer.varies = true;
    return answer;
}

std::string html(std::string_view text) {
    auto safe = std::string{};
    for (auto const letter : text) {
        switch (letter) {
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '&': safe += "&amp;"; break;
        case '"': safe += "&quot;"; break;
        default: safe += letter;
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

bool tells_of_own(std::string const& path) {
    return path == "/metrics" || path == "/snapshot";
}

} // namespace

PageAnswer plain_answer(int status, std::string text) {
    auto answer = PageAnswer{};
    answer.status = status;
    answer.body = std::make_shared<std::string>(std::move(text) + "\n");
    return answer;
}

Pages::Pages(std::shared_ptr<Targets> targets, std::chrono::nanoseconds interval)
    : targets_(std::move(targets)), interval_(interval) {}

std::optional<PageAnswer> Pages::answer(PageRequest const& request) {
    if (request.method != "GET" && request.method != "HEAD") {
        return plain_answer(405, "GET and HEAD alone");
    }
    if (targets_->own()->polls() == 0 && tells_of_own(request.path)) {
        return std::nullopt;
    }
    if (request.path == "/metrics") {
        return metrics(request);
    }
    if (request.path == "/probe") {
        auto refusal = PageAnswer{};
        return target_of(request, refusal) ? std::nullopt : std::optional(std::move(refusal));
    }
    if (request.path == "/snapshot") {
        return snapshot();
    }
    if (request.path == "/sd") {
        return sd();
    }
    if (request.path == "/-/healthy") {
        return plain_answer(200, "healthy");
    }
    if (request.path == "/-/ready") {
        return ready();
    }
    return request.path == "/" ? front_page() : plain_answer(404, "no such page");
}

asio::awaitable<PageAnswer> Pages::answer_later(PageRequest request) {
    auto answer = PageAnswer{};
    if (tells_of_own(request.path)) {
        co_await wait_for_first_poll(limit_of(request.scrape_timeout));
        answer = request.path == "/metrics" ? metrics(request) : snapshot();
        co_return answer;
    }
    auto const target = target_of(request, answer);
    if (!target) {
        co_return answer;
    }
    co_await target->poll(limit_of(request.scrape_timeout));
    auto const format = negotiate_exposition(request.accept);
    answer = exposition_answer(
        target->exposition(format, nullptr), format, accepts_gzip(request.accept_encoding));
    co_return answer;
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

PageAnswer Pages::snapshot() const {
    auto answer = plain_answer(200, to_json(targets_->own()->snapshot()));
    answer.content_type = "application/json";
    return answer;
}

std::shared_ptr<Target> Pages::target_of(PageRequest const& request, PageAnswer& refusal) {
    auto const name = target_in(request.query);
    if (!name) {
        refusal = plain_answer(400, "one parameter target is needed");
        return nullptr;
    }
    auto target = targets_->find(*name);
    if (!target) {
        refusal = plain_answer(403, "that target is not allowed");
    }
    return target;
}

// Returns an exposition that is cached for one second, or until the next poll.
PageAnswer Pages::metrics(PageRequest const& request) {
    auto const format = negotiate_exposition(request.accept);
    auto const compress = accepts_gzip(request.accept_encoding);
    auto const place = (format == ExpositionFormat::text ? 0u : 1u) + (compress ? 2u : 0u);
    auto& kept = kept_[place];
    auto const own = targets_->own();
    auto const now = std::chrono::steady_clock::now();
    if (!kept || kept->polls != own->polls() || now - kept->made >= std::chrono::seconds(1)) {
        auto const process = io::process_facts();
        auto answer = exposition_answer(own->exposition(format, &process), format, compress);
        kept = Kept{std::move(answer), own->polls(), now};
    }
    return kept->answer;
}

PageAnswer Pages::sd() const {
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
    auto answer = plain_answer(200, std::move(writer).text());
    answer.content_type = "application/json";
    return answer;
}

PageAnswer Pages::ready() const {
    auto const own = targets_->own();
    auto const late = std::chrono::duration<double>(3 * interval_).count() + 10;
    if (own->polls() == 0) {
        return plain_answer(503, "nothing was polled yet");
    }
    return own->age().count() > late ? plain_answer(503, "the last poll is long ago")
                                     : plain_answer(200, "ready");
}

PageAnswer Pages::front_page() const {
    auto const own = targets_->own();
    auto text = std::string(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>ousage</title>"
        "</head>\n<body><h1>ousage-exporter " OUSAGE_VERSION "</h1>\n<p>");
    for (auto const* const path : {"/metrics", "/snapshot", "/sd", "/-/healthy", "/-/ready"}) {
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
    auto answer = plain_answer(200, std::move(text));
    answer.content_type = "text/html; charset=utf-8";
    return answer;
}

} // namespace ousage::program
