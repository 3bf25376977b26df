#include "example/ousage/doctor_advice.hpp"
#include "example/ousage/doctor_report.hpp"
#include "support/view_snapshots.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

namespace {

using namespace ousage;
using namespace ousage::program;
using namespace ousage::test;

TextStyle const wide{200, false, true};

ollama::Configuration configuration_of(io::Url server) {
    auto configuration = ollama::Configuration{};
    configuration.environment = [](char const* name) -> std::optional<std::string> {
        static std::map<std::string, std::string> const variables{
            {"HOME", "/home/melanie/"}, {"HTTPS_PROXY", "http://user:pass@proxy.example:3128"}};
        auto const found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    auto& account = configuration.accounts.emplace_back();
    account.base_url = std::move(server);
    account.logs_dir = "/home/melanie/.ollama/logs";
    account.default_logs = true;
    account.server_config = "/home/melanie/.ollama/server.json";
    account.db_path = "/home/melanie/.ollama/db.sqlite";
    return configuration;
}

ollama::Configuration local_configuration() {
    return configuration_of(io::Url{"http", "127.0.0.1", "11434", ""});
}

DoctorFacts facts() {
    auto facts = DoctorFacts{};
    facts.versions = {{"ousage", "0.1.0, g++ 12.2.0"}, {"system", "Linux 6.1, x86_64"}};
    return facts;
}

std::string report_of(ollama::Snapshot const& snapshot) {
    return doctor_report({snapshot}, local_configuration(), facts(), wide);
}

void expect_line(std::string const& text, std::string const& line) {
    EXPECT_NE(text.find(line + "\n"), text.npos) << line << "\nis not in\n" << text;
}

TEST(Doctor, StatesVersionsAndWhatEachSourceFound) {
    auto const text = report_of(busy_snapshot());
    EXPECT_TRUE(text.starts_with("─ Versions ─")) << text;
    expect_line(text, "   ousage    0.1.0, g++ 12.2.0");
    expect_line(text, "   api       ok, 12 ms");
    expect_line(text, "             searched: http://127.0.0.1:11434");
    expect_line(text, "             found: Ollama 0.33.1, 3 models, 2 loaded");
    expect_line(text, "   desktop   absent");
    expect_line(text, "             why: no db.sqlite");
    expect_line(text, "   cloud     partial, 210 ms");
    expect_line(
        text, "             searched: https://ollama.com:443, with the key in OLLAMA_API_KEY");
    expect_line(text, "             found: plan pro");
    expect_line(text, "             why: balance: HTTP status 500");
}

TEST(Doctor, StatesWhereItLooked) {
    auto const text = report_of(busy_snapshot());
    EXPECT_NE(text.find("searched: server*.log in ~/.ollama/logs"), text.npos) << text;
    EXPECT_NE(
        text.find("searched: ~/.ollama/db.sqlite, ~/.local/share/Ollama/db.sqlite"), text.npos)
        << text;
    expect_line(text, "             searched: ~/.ollama/server.json");
}

TEST(Doctor, PrintsNothingThatIdentifiesUserAccountOrMachine) {
    auto snapshot = busy_snapshot();
    auto& attributes = snapshot.attributes;
    attributes.account_id = "5f0c6a52-0000";
    attributes.account_email = "melanie@mail.example";
    attributes.account_name = "Melanie";
    attributes.device_id = "0199c0de-7000";
    attributes.customer_id = "cus_1";
    attributes.subscription_id = "sub_2";
    attributes.workos_user_id = "user_3";
    snapshot.account_id = "garage";
    auto const planted = std::string(
        "5f0c6a52-0000 melanie@mail.example Melanie 0199c0de-7000 cus_1 sub_2 user_3 garage "
        "nas.example:11434 10.1.2.3:80 2001:db8::7 proxy.example /home/melanie/x");
    for (auto& source : snapshot.sources) {
        source.error = planted;
    }
    auto configuration = configuration_of(io::Url{"http", "nas.example", "11434", ""});
    configuration.accounts[0].id = "garage";
    configuration.accounts[0].cloud_base_url = "https://cloud.example";
    auto const text = doctor_report({snapshot}, configuration, facts(), wide);
    for (auto const* const secret :
         {"5f0c6a52", "elanie", "mail.example", "0199c0de", "cus_1", "sub_2", "user_3", "garage",
          "nas", "10.1.2.3", "2001:db8", "proxy.example", "cloud.example", "pass@"}) {
        EXPECT_EQ(text.find(secret), text.npos) << secret << "\n" << text;
    }
    expect_line(text, "             searched: http://<host>:11434");
    EXPECT_NE(text.find("~/x"), text.npos) << text;
}

TEST(Doctor, PrintsNoPathOfAUrlAndNoKeyInsteadOfAName) {
    auto configuration = configuration_of(io::Url{"http", "127.0.0.1", "80", "t0ken"});
    configuration.accounts[0].cloud_base_url = "https://ollama.com/t0ken";
    configuration.accounts[0].api_key_env = "s3cret";
    auto const text = doctor_report({busy_snapshot()}, configuration, facts(), wide);
    EXPECT_EQ(text.find("t0ken"), text.npos) << text;
    EXPECT_EQ(text.find("s3cret"), text.npos) << text;
}

TEST(Doctor, NumbersAccounts) {
    auto configuration = local_configuration();
    configuration.accounts.push_back(configuration.accounts[0]);
    auto const text =
        doctor_report({busy_snapshot(), down_snapshot()}, configuration, facts(), wide);
    EXPECT_NE(text.find("─ Sources of account 1 ─"), text.npos) << text;
    EXPECT_NE(text.find("─ Sources of account 2 ─"), text.npos) << text;
}

std::string advice(
    char const* source, State state, std::string const& why, ollama::Snapshot const& snapshot = {},
    DoctorFacts const& with = {}) {
    auto report = SourceReport{};
    report.name = source;
    report.state = state;
    report.error = why;
    return doctor_advice(report, snapshot, with);
}

void expect_advice(std::string const& text, std::string const& part) {
    EXPECT_NE(text.find(part), text.npos) << text;
}

TEST(DoctorAdvice, OfTheServer) {
    expect_advice(advice("local_api", State::error, "Connection refused"), "start Ollama");
    expect_advice(advice("local_api", State::error, "not a response of Ollama: x"), "--base-url");
    expect_advice(
        advice("local_api", State::timeout, "the deadline passed"), "--timeout local_api=20s");
    auto snapshot = ollama::Snapshot{};
    snapshot.diagnostics["local_api_auth_failed"] = "x";
    expect_advice(advice("local_api", State::error, "x", snapshot), "--bearer-env");
    EXPECT_EQ(advice("local_api", State::ok, ""), "");
}

TEST(DoctorAdvice, OfTheLog) {
    auto closed = DoctorFacts{};
    closed.is_journal_closed = true;
    expect_advice(
        advice("server_log", State::absent, "no server*.log", {}, closed), "group systemd-journal");
    EXPECT_EQ(advice("server_log", State::ok, "", {}, closed), "");
    expect_advice(advice("server_log", State::absent, "no server*.log"), "--log-file");
    expect_advice(advice("server_log", State::error, "a: Permission denied"), "allow your user");
    expect_advice(advice("server_log", State::skipped, "on another machine"), "--log-file");
}

TEST(DoctorAdvice, OfTheCloud) {
    expect_advice(advice("cloud", State::skipped, "no key"), "OLLAMA_API_KEY");
    auto snapshot = ollama::Snapshot{};
    snapshot.diagnostics["cloud_auth_failed"] = "x";
    expect_advice(advice("cloud", State::partial, "x", snapshot), "settings/keys");
    snapshot.diagnostics.clear();
    snapshot.diagnostics["cloud_rate_limited"] = "x";
    expect_advice(advice("cloud", State::error, "x", snapshot), "ten requests a minute");
}

TEST(DoctorAdvice, NothingToDoForMissingOptionalSources) {
    for (auto const* const source : {"desktop_db", "server_config", "gpu", "runners"}) {
        EXPECT_TRUE(advice(source, State::absent, "").starts_with("nothing")) << source;
        EXPECT_EQ(advice(source, State::ok, ""), "") << source;
    }
}

TEST(Doctor, FactsNameVersions) {
    auto const versions = doctor_facts().versions;
    ASSERT_EQ(versions.size(), 3u);
    EXPECT_EQ(versions[0].first, "ousage");
    EXPECT_NE(versions[1].second.find("Asio 1."), std::string::npos) << versions[1].second;
    EXPECT_NE(versions[1].second.find("fmt "), std::string::npos);
}

} // namespace
