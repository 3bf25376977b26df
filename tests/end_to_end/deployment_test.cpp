// Tests of the files shipped with the programs: the systemd unit, the container and the compose
// file. Builds no container; checks that everything they name exists.
#include "support/match_all.hpp"
#include "support/process.hpp"
#include "support/truth.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#ifdef OUSAGE_TEST_EXPORTER

#    include <yaml-cpp/yaml.h>

namespace {

using namespace ousage::test;

std::filesystem::path const root =
    std::filesystem::path(OUSAGE_TEST_DATA).parent_path().parent_path();
std::filesystem::path const docker = root / "example/deploy/docker";

bool is_here(char const* program) {
    return std::system(("command -v " + std::string(program) + " >/dev/null 2>&1").c_str()) == 0;
}

TEST(SystemdUnit, PassesSystemdAnalyze) {
    if (!is_here("systemd-analyze")) {
        GTEST_SKIP() << "systemd-analyze was not found (package systemd)";
    }
    auto const unit = read_file(root / "example/deploy/systemd/ousage-exporter.service");
    auto const directory = TemporaryDirectory();
    // The built program replaces the installed one, which may not exist here.
    auto const installed = std::string("/usr/bin/ousage-exporter");
    ASSERT_NE(unit.find(installed), unit.npos);
    auto here = unit;
    here.replace(unit.find(installed), installed.size(), OUSAGE_TEST_EXPORTER);
    auto const file = directory.write("ousage-exporter.service", here).string();
    auto const verified = run_command("systemd-analyze verify --man=no " + file);
    EXPECT_EQ(verified.exit_code, 0);
    EXPECT_EQ(verified.out + verified.error, "");
    // The threshold is 2.0 of 10, lower is better. The exporter needs the network, the system data
    // and all processes in /proc, and NVIDIA's devices.
    auto const security =
        run_command("systemd-analyze security --offline=true --threshold=20 " + file);
    EXPECT_EQ(security.exit_code, 0) << security.out << security.error;
}

// The program accepts the options that the unit passes.
TEST(SystemdUnit, PassesOptionsTheProgramAccepts) {
    auto const unit = read_file(root / "example/deploy/systemd/ousage-exporter.service");
    auto const match = match_all("\nExecStart=/usr/bin/ousage-exporter ([^\n]*) [$]ARGS\n", unit);
    ASSERT_EQ(match.size(), 1u);
    auto const finished = run_command(
        OUSAGE_TEST_EXPORTER " " + match[0][1] + " --config /nonexistent --listen 127.0.0.1:0");
    EXPECT_EQ(finished.exit_code, 2);
    EXPECT_NE(finished.error.find("/nonexistent"), finished.error.npos) << finished.error;
}

TEST(Container, ComposeMountsExistingFiles) {
    auto const compose = YAML::LoadFile((docker / "compose.yaml").string());
    auto const services = compose["services"];
    ASSERT_TRUE(services.IsMap());
    auto names = std::set<std::string>{};
    auto mounted = 0;
    for (auto const& service : services) {
        names.insert(service.first.as<std::string>());
        auto const& body = service.second;
        // A service has either an image or a build section.
        EXPECT_NE(body["image"].IsDefined(), body["build"].IsDefined()) << service.first;
        for (auto const& volume : body["volumes"]) {
            auto const text = volume.as<std::string>();
            auto const source = text.substr(0, text.find(':'));
            if (source.starts_with(".")) {
                EXPECT_TRUE(std::filesystem::exists(docker / source)) << text;
                EXPECT_TRUE(text.ends_with(":ro")) << text;
                ++mounted;
            } else {
                EXPECT_TRUE(compose["volumes"].IsMap());
                auto const volumes = compose["volumes"].as<std::map<std::string, YAML::Node>>();
                EXPECT_TRUE(volumes.contains(source)) << text;
            }
        }
        for (auto const& port : body["ports"]) {
            // Ports are published on loopback only, so that other hosts cannot connect by default.
            EXPECT_TRUE(port.as<std::string>().starts_with("127.0.0.1:")) << port;
        }
    }
    EXPECT_EQ(names, (std::set<std::string>{"exporter", "grafana", "ollama", "prometheus"}));
    EXPECT_EQ(mounted, 4);
    auto const build = services["exporter"]["build"];
    auto const context = docker / build["context"].as<std::string>();
    EXPECT_TRUE(std::filesystem::equivalent(context, root));
    EXPECT_TRUE(std::filesystem::exists(context / build["dockerfile"].as<std::string>()));
    // The exporter reads every environment variable that the compose file sets.
    auto const help = run_command(OUSAGE_TEST_EXPORTER " --help").out;
    for (auto const& variable : services["exporter"]["environment"]) {
        auto const name = variable.first.as<std::string>();
        EXPECT_NE(help.find("(Env:" + name + ")"), help.npos) << name << "\n" << help;
    }
}

// Every host name in a configuration is a service of the compose file, with the port of that
// service.
TEST(Container, ConfigurationsAddressComposeServicesByPort) {
    auto const compose = YAML::LoadFile((docker / "compose.yaml").string());
    auto const ports = std::map<std::string, std::string>{
        {"ollama", "11434"}, {"exporter", "9200"}, {"prometheus", "9090"}};
    auto const text = read_file(docker / "compose.yaml") +
                      read_file(root / "example/deploy/prometheus/prometheus.yml") +
                      read_file(root / "example/deploy/grafana/datasources.yml");
    auto found = std::set<std::string>{};
    for (auto const& address : match_all("\\b([a-z]+):([0-9]{4,5})\\b", text)) {
        EXPECT_TRUE(compose["services"][address[1]].IsDefined()) << address[0];
        ASSERT_TRUE(ports.contains(address[1])) << address[0];
        EXPECT_EQ(ports.at(address[1]), address[2]);
        found.insert(address[1]);
    }
    EXPECT_EQ(found.size(), ports.size());
    EXPECT_NE(read_file(docker / "Dockerfile").find("EXPOSE 9200"), std::string::npos);
}

// The fleet job in docs/operations.md equals the one in the example configuration.
TEST(OperationsPage, FleetJobMatchesExampleConfiguration) {
    auto const page = read_file(root / "docs/operations.md");
    auto const begin = page.find("```yaml\n  - job_name: ollama_fleet\n");
    ASSERT_NE(begin, page.npos);
    auto const job = page.substr(begin + 8, page.find("```", begin + 8) - begin - 8);
    auto const configuration = read_file(root / "example/deploy/prometheus/prometheus.yml");
    EXPECT_NE(configuration.find(job), configuration.npos) << job;
}

// The dashboard is mounted in the directory that Grafana's provider reads.
TEST(Container, GrafanaFindsMountedDashboard) {
    auto const compose = YAML::LoadFile((docker / "compose.yaml").string());
    auto const providers =
        YAML::LoadFile((root / "example/deploy/grafana/dashboards.yml").string());
    auto const directory = providers["providers"][0]["options"]["path"].as<std::string>();
    auto const volumes = compose["services"]["grafana"]["volumes"];
    auto const found = std::any_of(volumes.begin(), volumes.end(), [&](YAML::Node const& volume) {
        return volume.as<std::string>().find(":" + directory + "/ousage.json:") !=
               std::string::npos;
    });
    EXPECT_TRUE(found) << directory;
    auto const sources = YAML::LoadFile((root / "example/deploy/grafana/datasources.yml").string());
    EXPECT_EQ(sources["datasources"][0]["type"].as<std::string>(), "prometheus");
}

// The presets, targets, components and packages that the Dockerfile uses exist.
TEST(Container, DockerfileNamesExistingPresetsAndPackages) {
    auto const text = read_file(docker / "Dockerfile");
    auto const presets = read_file(root / "CMakePresets.json");
    auto const match = [&text](char const* pattern) {
        auto const found = match_all(pattern, text);
        EXPECT_FALSE(found.empty()) << pattern;
        return found.empty() ? std::string() : found[0][1];
    };
    auto const preset = match(R"(cmake --preset ([a-z-]+))");
    EXPECT_NE(presets.find("\"name\": \"" + preset + "\""), presets.npos);
    EXPECT_EQ(match(R"(cmake --build --preset ([a-z-]+))"), preset);
    EXPECT_EQ(match(R"(cmake --install build/([a-z-]+))"), preset);
    auto const component = match(R"(--component ([a-z]+))");
    auto const prefix = match("--prefix ([^ \n]+)");
    EXPECT_EQ(match("COPY --from=build ([^ \n]+)/bin/"), prefix);
    auto const lists = read_file(root / "cmake/install.cmake");
    EXPECT_NE(lists.find("COMPONENT " + component), lists.npos);
    // The sed script of the Dockerfile finds every package that a build needs.
    auto const script = match("[$][(](sed -n [^\n]*)[)] ");
    auto const finished = run_command("sh -c \"cd " + root.string() + " && " + script + "\"");
    auto const listed = read_file(root / "cmake/packages.txt");
    auto const begin = listed.find("\n[build]\n");
    auto const build = listed.substr(begin, listed.find("\n[test]\n") - begin);
    auto wanted = std::string{};
    for (auto const& line : split_lines(build)) {
        if (!line.empty() && line[0] != '[') {
            wanted += line.substr(0, line.find(' ')) + "\n";
        }
    }
    EXPECT_GT(wanted.size(), 100u);
    EXPECT_EQ(finished.out, wanted) << finished.error;
    // A local build directory must not be copied: its CMake cache contains paths of the host.
    auto const ignored = split_lines(read_file(docker / "Dockerfile.dockerignore"));
    EXPECT_EQ(std::count(ignored.begin(), ignored.end(), "build"), 1);
}

// The image contains the library of every -dev package that the programs link.
TEST(Container, ImageInstallsEveryLinkedLibrary) {
    auto const text = read_file(docker / "Dockerfile");
    auto const image = text.substr(text.find("bookworm-slim"));
    auto const needed = run_command("sh -c 'readelf -d " OUSAGE_TEST_EXPORTER "'");
    if (needed.exit_code != 0) {
        GTEST_SKIP() << "readelf was not found (package binutils)";
    }
    // Libraries that every Debian contains (libresolv belongs to libc; clang's sanitizers link it),
    // and libllhttp, which a build on Debian 13 links. The image is built on Debian 12, which has
    // only its sources.
    auto const base = std::set<std::string>{"libc",      "libm",      "libgcc_s",       "libstdc++",
                                            "libresolv", "libllhttp", "ld-linux-x86-64"};
    // Then those that the exporter needs in addition.
    auto const packages = std::map<std::string, std::string>{
        {"libcrypt", "libcrypt1"},        {"libcrypto", "libssl3"},          {"libfmt", "libfmt9"},
        {"libsimdjson", "libsimdjson14"}, {"libsqlite3", "libsqlite3-0"},    {"libssl", "libssl3"},
        {"libsystemd", "libsystemd0"},    {"libyaml-cpp", "libyaml-cpp0.7"}, {"libz", "zlib1g"}};
    auto count = 0;
    for (auto const& library : match_all("[[]([^] .]+)[.]so[^]]*[]]", needed.out)) {
        auto const& name = library[1];
        if (!base.contains(name) && !name.ends_with("san")) {
            ASSERT_TRUE(packages.contains(name)) << name;
            EXPECT_NE(image.find(packages.at(name)), image.npos) << name;
            ++count;
        }
    }
    EXPECT_GT(count, 3);
}

} // namespace

#endif
