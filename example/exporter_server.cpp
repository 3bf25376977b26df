#include "exporter_server.hpp"

#include "credentials.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/ssl/context.hpp>
#include <openssl/ssl.h>
#include <restinio/all.hpp>
#include <restinio/tls.hpp>

#include <list>
#include <stdexcept>
#include <utility>

namespace ousage::program {

namespace {

template <class Traits>
struct Limited : Traits {
    static constexpr bool use_connection_count_limiter = true;
};

using PlainTraits = Limited<
    restinio::single_thread_traits_t<restinio::asio_timer_manager_t, restinio::null_logger_t>>;
using TlsTraits = Limited<
    restinio::single_thread_tls_traits_t<restinio::asio_timer_manager_t, restinio::null_logger_t>>;

constexpr std::size_t max_connections = 512;

restinio::http_status_line_t status_line(int status) {
    static constexpr std::pair<int, char const*> reasons[] = {
        {200, "OK"},           {400, "Bad Request"},        {401, "Unauthorized"},
        {403, "Forbidden"},    {404, "Not Found"},          {405, "Method Not Allowed"},
        {500, "Server Error"}, {503, "Service Unavailable"}};
    for (auto const& [code, reason] : reasons) {
        if (code == status) {
            return {restinio::http_status_code_t{static_cast<std::uint16_t>(code)}, reason};
        }
    }
    throw std::logic_error("a status without a reason");
}

template <class Builder>
void add_headers(Builder& response, PageAnswer const& answer, WebConfig const& web) {
    response.append_header("Content-Type", answer.content_type);
    response.append_header("X-Content-Type-Options", "nosniff");
    response.append_header(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    if (answer.is_gzip) {
        response.append_header("Content-Encoding", "gzip");
    }
    if (answer.varies) {
        response.append_header("Vary", "Accept, Accept-Encoding");
    }
    if (answer.status == 401) {
        response.append_header("WWW-Authenticate", "Basic");
    }
    if (answer.status == 405) {
        response.append_header("Allow", "GET, HEAD");
    }
    for (auto const& [name, value] : web.headers) {
        response.header().set_field(name, value);
    }
}

void respond(
    restinio::request_handle_t const& request, PageAnswer const& answer, WebConfig const& web) {
    // Whoever sends what is no request of ours is not listened to any longer.
    auto const keep = request->header().should_keep_alive() && answer.status != 405;
    if (request->header().method() == restinio::http_method_head()) {
        auto response = request->create_response<restinio::user_controlled_output_t>(
            status_line(answer.status));
        add_headers(response, answer, web);
        keep ? response.connection_keep_alive() : response.connection_close();
        response.set_content_length(answer.body->size());
        response.done();
    } else {
        auto response = request->create_response(status_line(answer.status));
        add_headers(response, answer, web);
        keep ? response.connection_keep_alive() : response.connection_close();
        response.set_body(answer.body);
        response.done();
    }
}

std::string field(restinio::request_handle_t const& request, restinio::http_field_t name) {
    auto const* const value = request->header().try_get_field(name);
    return value == nullptr ? std::string{} : *value;
}

PageRequest page_request(restinio::request_handle_t const& request) {
    auto page = PageRequest{};
    page.method = request->header().method().c_str();
    page.path = std::string(request->header().path());
    page.query = std::string(request->header().query());
    page.accept = field(request, restinio::http_field::accept);
    page.accept_encoding = field(request, restinio::http_field::accept_encoding);
    page.scrape_timeout = request->header().get_field_or("X-Prometheus-Scrape-Timeout-Seconds", "");
    return page;
}

// What a request needs that is not answered at once.
struct Desk {
    Desk(asio::io_context& its_context, Pages& its_pages, WebConfig its_web)
        : context(its_context), pages(its_pages), web(std::move(its_web)), credentials(web.users) {}

    asio::io_context& context;
    Pages& pages;
    WebConfig web;
    Credentials credentials;
    std::list<asio::cancellation_signal> waiting;
};

asio::awaitable<void>
answer_later(std::shared_ptr<Desk> desk, restinio::request_handle_t request, bool check) {
    auto page = page_request(request);
    if (check) {
        auto header = field(request, restinio::http_field::authorization);
        auto const verdict = co_await desk->credentials.verify(std::move(header));
        if (verdict != Verdict::good) {
            auto const refusal = verdict == Verdict::busy ? plain_answer(503, "too many at once")
                                                          : plain_answer(401, "unauthorized");
            respond(request, refusal, desk->web);
            co_return;
        }
        if (auto const answer = desk->pages.answer(page)) {
            respond(request, *answer, desk->web);
            co_return;
        }
    }
    auto const answer = co_await desk->pages.answer_later(std::move(page));
    respond(request, answer, desk->web);
}

restinio::request_handling_status_t
handle(std::shared_ptr<Desk> const& desk, restinio::request_handle_t const& request) {
    auto const authorization = field(request, restinio::http_field::authorization);
    auto const known = desk->credentials.recall(authorization);
    if (known == Verdict::bad) {
        respond(request, plain_answer(401, "unauthorized"), desk->web);
        return restinio::request_accepted();
    }
    if (known == Verdict::good) {
        if (auto const answer = desk->pages.answer(page_request(request))) {
            respond(request, *answer, desk->web);
            return restinio::request_accepted();
        }
    }
    auto const signal = desk->waiting.emplace(desk->waiting.end());
    auto const done = [desk, request, signal](std::exception_ptr const& thrown) {
        desk->waiting.erase(signal);
        if (thrown) {
            respond(request, plain_answer(500, "something went wrong"), desk->web);
        }
    };
    asio::co_spawn(
        desk->context, answer_later(desk, request, known == Verdict::unknown),
        asio::bind_cancellation_slot(signal->slot(), done));
    return restinio::request_accepted();
}

template <class Traits>
class Server final : public ExporterServer {
public:
    template <class Adjust>
    Server(
        asio::io_context& context, ExporterOptions const& options, std::shared_ptr<Desk> desk,
        Adjust&& adjust)
        : desk_(std::move(desk)),
          server_(restinio::external_io_context(context), [&](auto& settings) {
              using namespace std::chrono_literals;
              auto const any = options.address.empty();
              auto const address = any ? asio::ip::address(asio::ip::address_v6::any())
                                       : asio::ip::make_address(options.address);
              settings.port(options.port)
                  .protocol(address.is_v6() ? asio::ip::tcp::v6() : asio::ip::tcp::v4())
                  .address(address)
                  .acceptor_options_setter([any, address](auto& set) {
                      set.set_option(asio::ip::tcp::acceptor::reuse_address(true));
                      if (address.is_v6()) {
                          set.set_option(asio::ip::v6_only(!any));
                      }
                  })
                  .acceptor_post_bind_hook([this](asio::ip::tcp::acceptor& acceptor) {
                      auto const end = acceptor.local_endpoint();
                      where_ = end.address().is_v6() ? "[" + end.address().to_string() + "]"
                                                     : end.address().to_string();
                      where_ += ":" + std::to_string(end.port());
                  })
                  .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                                .max_url_size(8 * 1024)
                                                .max_field_name_size(256)
                                                .max_field_value_size(8 * 1024)
                                                .max_field_count(100)
                                                .max_body_size(16 * 1024))
                  .max_parallel_connections(max_connections)
                  .max_pipelined_requests(4)
                  .concurrent_accepts_count(4)
                  .read_next_http_message_timelimit(30s)
                  .write_http_response_timelimit(10s)
                  .handle_request_timeout(150s)
                  .request_handler([held = desk_](restinio::request_handle_t const& request) {
                      return handle(held, request);
                  });
              adjust(settings);
          }) {
        server_.open_sync();
    }

    void close() override { server_.close_sync(); }

    std::size_t waiting() const override { return desk_->waiting.size(); }

    void hurry() override {
        for (auto& signal : desk_->waiting) {
            signal.emit(asio::cancellation_type::terminal);
        }
    }

    std::string where() const override { return where_; }

private:
    std::shared_ptr<Desk> desk_;
    std::string where_;
    restinio::http_server_t<Traits> server_;
};

std::unique_ptr<ExporterServer> start_on(
    asio::io_context& context, ExporterOptions const& options, std::shared_ptr<Desk> const& desk) {
    if (!desk->web.tls) {
        return std::make_unique<Server<PlainTraits>>(context, options, desk, [](auto&) {});
    }
    auto tls = tls_context(*desk->web.tls);
    return std::make_unique<Server<TlsTraits>>(
        context, options, desk, [&tls](auto& settings) { settings.tls_context(std::move(tls)); });
}

} // namespace

std::unique_ptr<ExporterServer> start_server(
    asio::io_context& context, ExporterOptions const& options, WebConfig const& web, Pages& pages) {
    auto const desk = std::make_shared<Desk>(context, pages, web);
    try {
        return start_on(context, options, desk);
    } catch (std::system_error const& error) {
        // A machine without IPv6 has IPv4 alone.
        if (!options.address.empty() || error.code() != std::errc::address_family_not_supported) {
            throw;
        }
    }
    auto other = options;
    other.address = "0.0.0.0";
    return start_on(context, other, desk);
}

} // namespace ousage::program
