#pragma once

#include <ousage/format/text/display_text.hpp>
#include <ousage/format/view/detail/source_report_of.hpp>
#include <ousage/format/view/header_view.hpp>
#include <ousage/format/view/times.hpp>
#include <ousage/format/view/units.hpp>

#include <cctype>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Returns the first failure of a source without its part and without the server, which the sentence
// already contains: `version: cannot connect to host:1: Connection refused; …` becomes `connection
// refused`.
inline std::string reason_of(SourceReport const& report) {
    auto text = std::string_view(report.error ? *report.error : std::string_view{});
    text = text.substr(0, text.find("; "));
    auto const part = text.find(": ");
    auto const is_name = [](std::string_view word) {
        return word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == word.npos;
    };
    if (part != text.npos && is_name(text.substr(0, part))) {
        text.remove_prefix(part + 2);
    }
    auto const colon = text.rfind(": ");
    if (text.starts_with("cannot connect to ") && colon != text.npos) {
        text.remove_prefix(colon + 2);
    }
    if (text.empty()) {
        return report.state == State::timeout ? "the deadline passed" : "no reason is known";
    }
    auto reason = display_text(text);
    reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    return reason;
}

inline ServerState server_state_of(ollama::Snapshot const& snapshot, SourceReport const* report) {
    if (report == nullptr || report->state == State::skipped || report->state == State::absent) {
        return ServerState::none;
    }
    if (has_responded(report->state)) {
        return ServerState::up;
    }
    return snapshot.diagnostics.contains("local_api_auth_failed") ? ServerState::forbidden
                                                                  : ServerState::down;
}

inline std::string
sentence_of(HeaderView const& header, SourceReport const& report, ViewContext const& context) {
    auto const name = "Ollama" + (header.server.empty() ? "" : " at " + header.server);
    if (header.state == ServerState::forbidden) {
        return name + " needs credentials: " + reason_of(report);
    }
    auto const since =
        context.down_since ? " (since " + clock_text(*context.down_since).substr(0, 5) + ")" : "";
    return name + " is down: " + reason_of(report) + since;
}

// Returns what an account without a server is about, and what is wrong with it.
inline Field status_of(ollama::Status status) {
    switch (status) {
    case ollama::Status::OK: return {};
    case ollama::Status::AUTH_REQUIRED: return make_field("login needed", Severity::warning);
    case ollama::Status::LIMITED: return make_field("limited by the cloud", Severity::warning);
    case ollama::Status::UNKNOWN: return make_field("no data", Severity::warning);
    }
    return {};
}

} // namespace detail

OUSAGE_DECL HeaderView header_view(ollama::Snapshot const& snapshot, ViewContext const& context) {
    auto header = HeaderView{};
    auto const* const report = detail::source_report_of(snapshot, "local_api");
    header.account = context.show_account ? display_text(snapshot.account_id) : "";
    header.state = detail::server_state_of(snapshot, report);
    header.server = display_text(context.server);
    header.date = local_date_text(snapshot.timestamp);
    header.time = clock_text(snapshot.timestamp);
    header.interval = context.interval ? "every " + wait_text(*context.interval) : "";
    auto const& version = snapshot.attributes.cli_version;
    header.title = "Ollama" + (version ? " " + display_text(*version) : "");
    if (header.state == ServerState::up) {
        auto const& response = snapshot.metrics.server.api_response_ms;
        header.status = make_field(response ? "up, " + duration_text(*response) : "up");
    } else if (header.state == ServerState::none) {
        header.title = "Ollama Cloud";
        header.server.clear();
        header.status = detail::status_of(snapshot.status);
    } else {
        header.sentence =
            make_field(detail::sentence_of(header, *report, context), Severity::warning);
    }
    return header;
}

OUSAGE_DECL std::optional<Timestamp>
down_since(ollama::Snapshot const& snapshot, std::optional<Timestamp> earlier) {
    auto const* const report = detail::source_report_of(snapshot, "local_api");
    if (detail::server_state_of(snapshot, report) != ServerState::down) {
        return std::nullopt;
    }
    return earlier ? earlier : snapshot.timestamp;
}

} // namespace OUSAGE_NAMESPACE
