#pragma once

#include "child.hpp"
#include "json_tree.hpp"
#include "process.hpp"
#include "raw_client.hpp"
#include "wait_until.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::test {

/// Returns the path of a program on the PATH; empty if it is not found.
inline std::string find_program(std::string const& name) {
    auto const* const path = std::getenv("PATH");
    auto directories = std::istringstream(path == nullptr ? "" : path);
    auto directory = std::string{};
    while (std::getline(directories, directory, ':')) {
        auto file = std::filesystem::path(directory) / name;
        if (::access(file.c_str(), X_OK) == 0) {
            return file.string();
        }
    }
    return {};
}

/// One series of a query result, with its value.
struct Series {
    std::string name;                          ///< empty if the expression drops the name
    std::map<std::string, std::string> labels; ///< without the name
    double value = 0;
};

/// A running Prometheus on a free loopback port, with its own storage.
class PrometheusProcess {
public:
    /// Writes the configuration and additional files, starts Prometheus and waits until it is
    /// ready.
    PrometheusProcess(
        std::string const& program, std::string const& configuration,
        std::map<std::string, std::string> const& files) {
        auto const file = directory_.write("prometheus.yml", configuration);
        for (auto const& [name, text] : files) {
            directory_.write(name, text);
        }
        auto const error = directory_.path() / "error";
        // The first scrape waits for the reload interval, which is five seconds by default.
        auto const arguments = std::vector<std::string>{
            program, "--config.file=" + file.string(),
            "--storage.tsdb.path=" + (directory_.path() / "data").string(),
            "--web.listen-address=127.0.0.1:0", "--scrape.discovery-reload-interval=100ms"};
        child_.emplace(arguments, (directory_.path() / "out").string(), error.string());
        auto const start = std::string("msg=\"Listening on\" address=127.0.0.1:");
        wait_until("it listens", [&] {
            auto const text = read_file(error);
            auto const at = text.find(start);
            if (at == text.npos || text.find('\n', at) == text.npos) {
                return false;
            }
            auto const port = std::strtoul(text.c_str() + at + start.size(), nullptr, 10);
            port_ = static_cast<std::uint16_t>(port);
            return true;
        });
        wait_until(
            "it is ready", [&] { return get("/-/ready").find("is Ready") != std::string::npos; });
    }

    /// Returns the response of the HTTP API.
    std::string get(std::string const& target) const {
        auto client = RawClient(port_);
        // An HTTP/1.0 response is not chunked.
        client.send("GET " + target + " HTTP/1.0\r\nHost: x\r\n\r\n");
        return body_of(client.read_all());
    }

    /// Returns every series of an instant query; throws the error message of Prometheus on failure.
    std::vector<Series> query(std::string const& expression) const {
        auto found = std::vector<Series>{};
        auto const text = get("/api/v1/query?query=" + encode(expression));
        auto const document = JsonTree(text);
        auto const* const data = document.find("data");
        auto const* const result = data == nullptr ? nullptr : data->find("result");
        if (result == nullptr || !result->is_array()) {
            throw std::runtime_error(expression + ": " + text);
        }
        if ((*data)["resultType"].to_string() != "vector") {
            throw std::runtime_error(expression + " is no instant vector");
        }
        for (auto const& element : result->children()) {
            auto& series = found.emplace_back();
            auto const& labels = element["metric"];
            for (auto const& key : labels.keys()) {
                (key == "__name__" ? series.name : series.labels[key]) = labels[key].to_string();
            }
            auto const number = element["value"].at(1).to_string();
            series.value = std::strtod(number.c_str(), nullptr);
        }
        return found;
    }

    /// Returns the value of an expression with one series; NaN for any other number of series.
    double value(std::string const& expression) const {
        auto const found = query(expression);
        return found.size() == 1 ? found[0].value : std::nan("");
    }

    /// Waits until the condition is true. Throws after 30 seconds; the error includes the end of
    /// Prometheus's log.
    template <class Condition>
    void wait_until(std::string const& what, Condition condition) const {
        try {
            test::wait_until(what, condition, std::chrono::milliseconds(10));
        } catch (std::runtime_error const& error) {
            auto const log = read_file(directory_.path() / "error");
            throw std::runtime_error(
                error.what() + ("\n" + log.substr(log.size() - std::min(log.size(), log_limit))));
        }
    }

private:
    static constexpr std::size_t log_limit = 2000;

    static std::string encode(std::string_view text) {
        static constexpr char digits[] = "0123456789ABCDEF";
        auto encoded = std::string{};
        for (auto const character : text) {
            auto const byte = static_cast<unsigned char>(character);
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
        return encoded;
    }

    TemporaryDirectory directory_;
    std::optional<Child> child_;
    std::uint16_t port_ = 0;
};

} // namespace ousage::test
