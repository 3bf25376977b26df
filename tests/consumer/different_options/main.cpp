// A peer that closes each connection; the failure states whether TLS was tried.
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

std::string answer_0(std::string const& url);
std::string answer_1(std::string const& url);

int main() {
    auto context = asio::io_context();
    auto acceptor = asio::ip::tcp::acceptor(
        context, asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    auto const url = "https://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    // Detached: it blocks in accept until the program ends.
    std::thread([&acceptor] {
        auto error = asio::error_code();
        while (!error) {
            acceptor.accept(error);
        }
    }).detach();
    auto const without = answer_0(url);
    auto const with = answer_1(url);
    std::printf("without TLS: %s\nwith TLS: %s\n", without.c_str(), with.c_str());
    auto const is_unsupported = [](std::string const& text) {
        return text.find("OUSAGE_WITH_TLS") != std::string::npos;
    };
    std::fflush(stdout);
    std::_Exit(is_unsupported(without) && !is_unsupported(with) && !with.empty() ? 0 : 1);
}
