#include "example/ousage/doctor_report.hpp"

#include "example/ousage/doctor_advice.hpp"
#include "example/ousage/redaction.hpp"
#include <ousage/core/enum_name.hpp>
#include <ousage/format/text/display_text.hpp>
#include <ousage/format/text/grid.hpp>
#include <ousage/format/view/source_view.hpp>
#include <ousage/format/view/units.hpp>
#include <ousage/io/http/loopback.hpp>
#include <ousage/io/http/url.hpp>
#include <ousage/ollama/assembly/account_logs.hpp>
#include <ousage/ollama/assembly/database_locations.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace ousage::program {

namespace {

using ollama::Account;
using ollama::Snapshot;

constexpr std::size_t label_width = 8;

// Lines of one report. Texts from elsewhere are redacted.
class Report {
public:
    Report(Redaction redaction, TextStyle const& style)
        : redaction_(std::move(redaction)), style_(style) {}

    void section(std::string const& title) { text_ += rule_line(title, "", style_) + "\n"; }

    void line(std::string const& label, std::string const& text, Role role = Role::plain) {
        auto const cell = Cell{display_text(redaction_.apply(text)), role};
        auto const lines = paragraph_lines(Cell{label, Role::plain}, label_width, cell, style_);
        for (auto const& next : lines) {
            text_ += next + "\n";
        }
    }

    std::string text() && { return std::move(text_); }

private:
    Redaction redaction_;
    TextStyle style_;
    std::string text_;
};

void add_host(Redaction& redaction, std::string const& host, std::string const& replacement) {
    if (!host.empty() && !io::is_loopback(host)) {
        redaction.add(host, replacement);
    }
}

// The hosts of proxies are part of error messages.
void add_proxies(Redaction& redaction, ollama::Environment const& environment) {
    for (auto const* const name :
         {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"}) {
        auto text = environment(name).value_or("");
        text.erase(0, text.find("://") == text.npos ? 0 : text.find("://") + 3);
        text.erase(0, text.find('@') == text.npos ? 0 : text.rfind('@') + 1);
        add_host(redaction, text.substr(0, text.find_first_of(":/")), "<proxy>");
    }
}

void add_account(Redaction& redaction, Account const& account) {
    if (account.base_url) {
        add_host(redaction, account.base_url->host, "<host>");
    }
    auto const cloud = io::parse_url(account.cloud_base_url);
    if (cloud && cloud->host != "ollama.com") {
        add_host(redaction, cloud->host, "<cloud>");
    }
    if (account.id != Account{}.id) {
        redaction.add(account.id, "<account>");
    }
}

void add_attributes(Redaction& redaction, ollama::Attributes const& attributes) {
    for (auto const* const value :
         {&attributes.account_id, &attributes.account_email, &attributes.account_name,
          &attributes.device_id, &attributes.customer_id, &attributes.subscription_id,
          &attributes.workos_user_id}) {
        redaction.add(value->value_or(""), "<account>");
    }
}

Redaction
redaction_of(std::vector<Snapshot> const& snapshots, ollama::Configuration const& configuration) {
    auto redaction = Redaction();
    auto home = configuration.environment("HOME").value_or("");
    while (home.size() > 1 && home.back() == '/') {
        home.pop_back();
    }
    redaction.add(home == "/" ? "" : home, "~");
    add_proxies(redaction, configuration.environment);
    for (auto const& account : configuration.accounts) {
        add_account(redaction, account);
    }
    for (auto const& snapshot : snapshots) {
        add_attributes(redaction, snapshot.attributes);
        for (auto const& model : snapshot.models) {
            if (model.remote_host) {
                auto const url = io::parse_url(*model.remote_host);
                add_host(redaction, url && url->host != "ollama.com" ? url->host : "", "<host>");
            }
        }
    }
    return redaction;
}

// Where the log is looked for, from the text that reports that there is none.
std::string searched_logs(Account const& account, ollama::Environment const& environment) {
    auto text = "; " + log_location(account, environment).missing;
    static constexpr std::string_view negation = "; no ";
    for (auto at = text.find(negation); at != text.npos; at = text.find(negation, at)) {
        text.replace(at, negation.size(), at == 0 ? "" : ", ");
    }
    text.erase(0, text.starts_with("; ") ? 2 : 0);
    auto const is_searched = account.default_logs && account.log_files.empty();
    return text +
           (is_searched && OUSAGE_WITH_SYSTEMD != 0 ? ", the journal of the unit ollama" : "");
}

// A URL without its path, which may contain a token.
std::string origin_of(io::Url url) {
    url.path.clear();
    return io::to_string(url);
}

// Where the cloud is. The name of a variable that is not set may be a key that was passed by
// mistake.
std::string searched_cloud(Account const& account) {
    auto const url = io::parse_url(account.cloud_base_url);
    auto const is_name = account.has_api_key || account.api_key_env == Account{}.api_key_env;
    return (url ? origin_of(*url) : "a URL that is invalid") + ", with the key in " +
           (is_name ? account.api_key_env : "the variable that --api-key-env names");
}

// Where a source looks.
std::string searched(
    std::string const& source, Account const& account, ollama::Environment const& environment) {
    if (source == "local_api") {
        return account.base_url ? origin_of(*account.base_url) : "";
    }
    if (source == "server_log") {
        if (account.journal) {
            return "the journal of the unit " + account.journal->name;
        }
        return searched_logs(account, environment);
    }
    if (source == "desktop_db") {
        auto text = account.db_path.string();
        auto const locations = ollama::database_locations(environment);
        if (!locations.empty() && account.db_path == locations.front()) {
            for (std::size_t index = 1; index < locations.size(); ++index) {
                text += ", " + locations[index].string();
            }
        }
        return text;
    }
    if (source == "server_config") {
        auto const& service = account.service_config;
        return account.server_config.string() + (service.empty() ? "" : ", " + service.string());
    }
    if (source == "cloud") {
        return searched_cloud(account);
    }
    if (source == "gpu") {
        return "NVML (libnvidia-ml.so.1), amdgpu (/sys/class/drm)";
    }
    return source == "runners" ? "the engine processes of Ollama on this machine" : "";
}

void add_count(std::string& text, std::optional<std::uint64_t> const& count, char const* unit) {
    if (count) {
        text += (text.empty() ? "" : ", ") + count_text(*count) + " " + unit;
    }
}

// What a source found.
std::string found(std::string const& source, Snapshot const& snapshot) {
    auto const& metrics = snapshot.metrics;
    auto text = std::string{};
    if (source == "local_api") {
        auto const& version = snapshot.attributes.cli_version;
        text = version ? "Ollama " + *version : "";
        add_count(text, metrics.server.models_total, "models");
        add_count(text, metrics.server.loaded_models, "loaded");
    } else if (source == "server_log") {
        add_count(text, metrics.log.log_lines, "lines");
        add_count(text, metrics.log.log_lines_unparsed, "not parsed");
        if (metrics.log.log_lines) {
            add_count(text, metrics.requests.seven_days.requests, "requests in 7 d");
        }
    } else if (source == "desktop_db") {
        add_count(text, metrics.desktop.total_conversations, "chats");
        add_count(text, metrics.desktop.total_messages, "messages");
    } else if (source == "cloud") {
        text = snapshot.attributes.plan_name ? "plan " + *snapshot.attributes.plan_name : "";
        add_count(text, metrics.cloud.cloud_catalog_models, "models");
    } else if (source == "gpu") {
        add_count(text, metrics.gpu.gpu_count, "GPUs");
    } else if (source == "runners") {
        add_count(text, metrics.runner.runners_total, "engines");
    }
    return text;
}

void add_source(
    Report& report, SourceReport const& source, Snapshot const& snapshot, Account const& account,
    ollama::Environment const& environment, DoctorFacts const& facts) {
    auto const is_ok = source.state == State::ok;
    auto const is_failure = source.state == State::error || source.state == State::timeout ||
                            source.state == State::partial;
    auto state = std::string(enum_name(source.state)) + ", " + duration_text(source.elapsed_ms);
    if (source.state == State::absent || source.state == State::skipped) {
        state = std::string(enum_name(source.state));
    }
    report.line(
        short_source_name(source.name), state,
        is_ok        ? Role::ok
        : is_failure ? Role::warning
                     : Role::plain);
    auto const detail = [&report](char const* label, std::string const& text) {
        if (!text.empty()) {
            report.line("", label + (": " + text));
        }
    };
    detail(
        "searched",
        source.state == State::skipped ? "" : searched(source.name, account, environment));
    detail("found", found(source.name, snapshot));
    detail("why", source.error.value_or(""));
    detail("do", doctor_advice(source, snapshot, facts));
}

} // namespace

std::string doctor_report(
    std::vector<Snapshot> const& snapshots, ollama::Configuration const& configuration,
    DoctorFacts const& facts, TextStyle const& style) {
    auto report = Report(redaction_of(snapshots, configuration), style);
    report.section("Versions");
    for (auto const& [label, text] : facts.versions) {
        report.line(label, text);
    }
    for (std::size_t index = 0; index < snapshots.size(); ++index) {
        auto const number = snapshots.size() > 1 ? " of account " + std::to_string(index + 1) : "";
        report.section("Sources" + number);
        for (auto const& source : snapshots[index].sources) {
            add_source(
                report, source, snapshots[index], configuration.accounts[index],
                configuration.environment, facts);
        }
    }
    return std::move(report).text();
}

} // namespace ousage::program
