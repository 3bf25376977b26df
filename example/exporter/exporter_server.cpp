#include "example/exporter/exporter_server.hpp"

#include "example/exporter/guarded_socket.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <restinio/all.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <list>
#include <stdexcept>
#include <utility>

// RESTinio's customization points for a custom socket type, as in its own TLS support.
namespace restinio {

template <class Settings>
class socket_type_dependent_settings_t<Settings, ousage::program::GuardedSocket> {
public:
    Settings& client_guard(std::shared_ptr<ousage::program::ClientGuard> guard) & {
        guard_ = std::move(guard);
        return static_cast<Settings&>(*this);
    }

    std::shared_ptr<ousage::program::ClientGuard> const& client_guard() const { return guard_; }

protected:
    ~socket_type_dependent_settings_t() = default;

private:
    std::shared_ptr<ousage::program::ClientGuard> guard_;
};

namespace impl {

template <>
class socket_supplier_t<ousage::program::GuardedSocket> {
protected:
    template <class Settings>
    socket_supplier_t(Settings& settings, asio::io_context& context) {
        sockets_.reserve(settings.concurrent_accepts_count());
        while (sockets_.size() < settings.concurrent_accepts_count()) {
            sockets_.emplace_back(context, settings.client_guard());
        }
    }

    ousage::program::GuardedSocket& socket(std::size_t index) { return sockets_.at(index); }

    ousage::program::GuardedSocket move_socket(std::size_t index) {
        return std::move(sockets_.at(index));
    }

    std::size_t concurrent_accept_sockets_count() const noexcept { return sockets_.size(); }

private:
    std::vector<ousage::program::GuardedSocket> sockets_;
};

} // namespace impl

} // namespace restinio

namespace ousage::program {

// Found by RESTinio through argument-dependent lookup.
template <class Connection, class Then, class Failed>
void prepare_connection_and_start_read(
    GuardedSocket& socket, Connection& connection, Then then, Failed failed) {
    socket.start(
        connection.connection_id(),
        [then = std::move(then), failed = std::move(failed),
         held = connection.shared_from_this()](std::error_code error) mutable {
            if (error) {
                failed(error);
            } else {
                then();
            }
        });
}

inline restinio::tls_socket_t* make_tls_socket_pointer_for_state_listener(GuardedSocket&) noexcept {
    return nullptr;
}

namespace {

struct Traits : restinio::traits_t<
                    restinio::asio_timer_manager_t, restinio::null_logger_t,
                    restinio::default_request_handler_t, restinio::noop_strand_t, GuardedSocket> {
    static constexpr bool use_connection_count_limiter = true;
};

// Returns the limit of client connections. A probe needs more descriptors than its connection, and
// RESTinio 0.6 stops accepting permanently if none are left.
std::size_t max_connections() {
    auto limit = rlimit{};
    auto const known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
    return known ? std::clamp<std::size_t>(limit.rlim_cur / 8, 16, 512) : 16;
}

// Headroom: connections accepted before the guard closes the oldest.
constexpr std::size_t headroom = 8;

restinio::http_status_line_t status_line(int status) {
    static constexpr std::pair<int, char const*> reasons[] = {
        {200, "OK"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"}};
    for (auto const& [code, reason] : reasons) {
        if (code == status) {
            return {restinio::http_status_code_t{static_cast<std::uint16_t>(code)}, reason};
        }
    }
    throw std::logic_error("a status without a reason");
}

// The state shared by all request handlers.
struct ServerState {
    ServerState(
        asio::io_context& its_context, ExporterOptions const& options, Pages& its_pages,
        WebSiteFile& its_site)
        : context(its_context),
          pages(its_pages),
          site(its_site),
          guard(std::make_shared<ClientGuard>(
              context, max_connections(), options.client_timeout,
              [&its_site] { return its_site.now()->tls; })) {}

    asio::io_context& context;
    Pages& pages;
    WebSiteFile& site;
    std::shared_ptr<ClientGuard> guard;
    std::list<asio::cancellation_signal> pending;
};

template <class Builder>
void add_headers(Builder& response, PageResponse const& page, WebConfig const& web) {
    response.append_header("Content-Type", page.content_type);
    response.append_header("X-Content-Type-Options", "nosniff");
    response.append_header(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    if (page.is_gzip) {
        response.append_header("Content-Encoding", "gzip");
    }
    if (page.varies) {
        response.append_header("Vary", "Accept, Accept-Encoding");
    }
    if (page.status == 401) {
        response.append_header("WWW-Authenticate", "Basic");
    }
    if (page.status == 405) {
        response.append_header("Allow", "GET, HEAD");
    }
    for (auto const& [name, value] : web.headers) {
        response.header().set_field(name, value);
    }
}

void respond(
    ServerState& state, restinio::request_handle_t const& request, PageResponse const& page) {
    auto const site = state.site.now();
    // Close the connection after a 405, because that client is no scraper, and after an upgrade
    // request, because RESTinio sets no more deadlines then.
    auto const keep = request->header().should_keep_alive() && page.status != 405 &&
                      request->header().connection() != restinio::http_connection_header_t::upgrade;
    if (request->header().method() == restinio::http_method_head()) {
        auto response =
            request->create_response<restinio::user_controlled_output_t>(status_line(page.status));
        add_headers(response, page, site->config);
        keep ? response.connection_keep_alive() : response.connection_close();
        response.set_content_length(page.body->size());
        response.done();
    } else {
        auto response = request->create_response(status_line(page.status));
        add_headers(response, page, site->config);
        keep ? response.connection_keep_alive() : response.connection_close();
        response.set_body(page.body);
        response.done();
    }
    state.guard->response_sent(request->connection_id());
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

asio::awaitable<void> respond_later(
    std::shared_ptr<ServerState> state, restinio::request_handle_t request,
    std::shared_ptr<WebSite> site) {
    auto page = page_request(request);
    if (site) {
        auto header = field(request, restinio::http_field::authorization);
        auto const verdict = co_await site->users.verify(std::move(header));
        if (verdict != Verdict::good) {
            auto const refusal = verdict == Verdict::busy
                                     ? plain_response(503, "too many concurrent logins")
                                     : plain_response(401, "unauthorized");
            respond(*state, request, refusal);
            co_return;
        }
        if (auto const response = state->pages.respond(page)) {
            respond(*state, request, *response);
            co_return;
        }
    }
    auto const response = co_await state->pages.respond_later(std::move(page));
    respond(*state, request, response);
}

restinio::request_handling_status_t
handle(std::shared_ptr<ServerState> const& state, restinio::request_handle_t const& request) {
    auto site = state->site.now();
    auto const known = site->users.recall(field(request, restinio::http_field::authorization));
    if (known == Verdict::bad) {
        respond(*state, request, plain_response(401, "unauthorized"));
        return restinio::request_accepted();
    }
    if (known == Verdict::good) {
        if (auto const response = state->pages.respond(page_request(request))) {
            respond(*state, request, *response);
            return restinio::request_accepted();
        }
        site = nullptr; // already verified
    }
    auto const signal = state->pending.emplace(state->pending.end());
    auto const done = [state, request, signal](std::exception_ptr const& thrown) {
        state->pending.erase(signal);
        if (thrown) {
            respond(*state, request, plain_response(500, "internal error"));
        }
    };
    asio::co_spawn(
        state->context, respond_later(state, request, std::move(site)),
        asio::bind_cancellation_slot(signal->slot(), done));
    return restinio::request_accepted();
}

class Server final : public ExporterServer {
public:
    Server(
        asio::io_context& context, ExporterOptions const& options,
        std::shared_ptr<ServerState> state)
        : state_(std::move(state)),
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
                      address_ = end.address().is_v6() ? "[" + end.address().to_string() + "]"
                                                       : end.address().to_string();
                      address_ += ":" + std::to_string(end.port());
                  })
                  .incoming_http_msg_limits(
                      restinio::incoming_http_msg_limits_t{}
                          .max_url_size(2 * RequestWatch::max_target)
                          .max_field_name_size(2 * RequestWatch::max_field_name)
                          .max_field_value_size(2 * RequestWatch::max_field_value)
                          .max_field_count(2 * RequestWatch::max_fields)
                          .max_body_size(2 * RequestWatch::max_body))
                  .client_guard(state_->guard)
                  .max_parallel_connections(max_connections() + headroom)
                  // Requests are handled one at a time, but with a limit of 1 RESTinio reads twice
                  // for each.
                  .max_pipelined_requests(2)
                  .concurrent_accepts_count(4)
                  .read_next_http_message_timelimit(options.client_timeout + 30s)
                  .write_http_response_timelimit(10s)
                  .handle_request_timeout(150s)
                  .request_handler([held = state_](restinio::request_handle_t const& request) {
                      return handle(held, request);
                  });
          }) {
        server_.open_sync();
    }

    void close() override { server_.close_sync(); }

    std::size_t pending() const override { return state_->pending.size(); }

    void cancel_pending() override {
        for (auto& signal : state_->pending) {
            signal.emit(asio::cancellation_type::terminal);
        }
    }

    std::string address() const override { return address_; }

private:
    std::shared_ptr<ServerState> state_;
    std::string address_;
    restinio::http_server_t<Traits> server_;
};

} // namespace

std::unique_ptr<ExporterServer> start_server(
    asio::io_context& context, ExporterOptions const& options, WebSiteFile& site, Pages& pages) {
    auto const state = std::make_shared<ServerState>(context, options, pages, site);
    try {
        return std::make_unique<Server>(context, options, state);
    } catch (std::system_error const& error) {
        // Without IPv6, listen on IPv4 only.
        if (!options.address.empty() || error.code() != std::errc::address_family_not_supported) {
            throw;
        }
    }
    auto other = options;
    other.address = "0.0.0.0";
    return std::make_unique<Server>(context, other, state);
}

} // namespace ousage::program
