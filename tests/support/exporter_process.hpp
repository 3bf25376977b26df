#pragma once

#include "child.hpp"
#include "exposition_reader.hpp"
#include "process.hpp"
#include "raw_client.hpp"
#include "wait_until.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#ifdef OUSAGE_TEST_EXPORTER

namespace ousage::test {

/// Options of an exporter with an unreachable Ollama server.
inline std::vector<std::string> const nowhere{"--ollama-host", "http://127.0.0.1:1"};

/// A running ousage-exporter on a free loopback port, with its own home directory.
class ExporterProcess {
public:
    /// Waits until the exporter listens. Without `--config`, it reads the log that `log` writes.
    /// `wrapper` is a command that runs the exporter.
    explicit ExporterProcess(
        std::vector<std::string> const& arguments,
        std::vector<std::pair<std::string, std::string>> variables = {},
        std::vector<std::string> const& wrapper = {}) {
        auto all = wrapper;
        all.insert(all.end(), {OUSAGE_TEST_EXPORTER, "--listen", "127.0.0.1:0"});
        if (std::find(arguments.begin(), arguments.end(), "--config") == arguments.end()) {
            all.insert(all.end(), {"--config-dir", (directory_.path() / "ollama").string()});
        }
        all.insert(all.end(), arguments.begin(), arguments.end());
        variables.emplace_back("HOME", directory_.path().string());
        variables.emplace_back("XDG_STATE_HOME", (directory_.path() / "state").string());
        auto const error = directory_.path() / "error";
        child_.emplace(all, (directory_.path() / "out").string(), error.string(), variables);
        auto text = std::string{};
        wait_until("the exporter listens", [&] {
            text = read_file(error);
            return text.find('\n') != text.npos;
        });
        text = text.substr(0, text.find('\n'));
        auto const colon = text.rfind(':');
        port_ = static_cast<std::uint16_t>(std::strtoul(text.c_str() + colon + 1, nullptr, 10));
        EXPECT_NE(port_, 0) << text;
    }

    ExporterProcess(ExporterProcess const&) = delete;
    ExporterProcess& operator=(ExporterProcess const&) = delete;

    /// Prints what the exporter wrote to standard error if the test failed.
    ~ExporterProcess() {
        if (testing::Test::HasFailure()) {
            std::cerr << "standard error of the exporter:\n" << errors();
        }
    }

    std::uint16_t port() const { return port_; }

    std::string get(std::string const& target, std::string const& headers = {}) const {
        return http_get(port_, target, headers);
    }

    ExpositionReader metrics() const { return {body_of(get("/metrics")), false}; }

    /// Scrapes until a sample has the given value. Throws after 30 seconds.
    void wait_for(
        std::string const& name, std::map<std::string, std::string> const& labels,
        std::string const& number) const {
        wait_until(
            name + " is " + number, [&] { return metrics().number(name, labels) == number; });
    }

    TemporaryDirectory const& directory() const { return directory_; }

    /// Appends to the server log.
    void log(std::string const& text) const {
        std::filesystem::create_directories(directory_.path() / "ollama/logs");
        std::ofstream(directory_.path() / "ollama/logs/server.log", std::ios::app) << text;
    }

    Ended end() {
        child_->signal(SIGTERM);
        return child_->wait();
    }

    Child& child() { return *child_; }

    std::string errors() const { return read_file(directory_.path() / "error"); }

private:
    TemporaryDirectory directory_;
    std::optional<Child> child_;
    std::uint16_t port_ = 0;
};

} // namespace ousage::test

#endif
