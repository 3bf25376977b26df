#include "example/ousage/doctor_advice.hpp"

#include <string_view>

namespace ousage::program {

namespace {

bool contains(std::string const& text, std::string_view part) {
    return text.find(part) != text.npos;
}

bool has_diagnostic(ollama::Snapshot const& snapshot, std::string const& key) {
    return snapshot.diagnostics.contains(key);
}

bool has_failed(State state) {
    return state == State::error || state == State::timeout || state == State::partial;
}

std::string server_advice(
    SourceReport const& report, ollama::Snapshot const& snapshot, std::string const& why) {
    if (!has_failed(report.state)) {
        return report.state == State::absent ? "start Ollama, or remove base_url from the account"
                                             : "";
    }
    if (has_diagnostic(snapshot, "local_api_auth_failed")) {
        return "the server is behind a proxy that needs credentials: name the variable that "
               "contains them with --bearer-env NAME or --header-env HEADER=NAME";
    }
    if (contains(why, "not a response of Ollama")) {
        return "another server responds at this address: name that of Ollama with --base-url or "
               "OLLAMA_HOST";
    }
    if (contains(why, "refused")) {
        return "start Ollama (ollama serve, systemctl start ollama), or name its server with "
               "--base-url or OLLAMA_HOST";
    }
    return report.state == State::partial ? "" : "check the address, the name and the network";
}

std::string
log_advice(SourceReport const& report, DoctorFacts const& facts, std::string const& why) {
    if (report.state == State::absent || report.state == State::error) {
        if (facts.is_journal_closed) {
            return "Ollama logs to the journal on most Linux machines, and you may not read it: "
                   "add "
                   "your user to the group systemd-journal (sudo usermod -aG systemd-journal "
                   "$USER), and log in again";
        }
#if !OUSAGE_WITH_SYSTEMD
        if (contains(why, "journal")) {
            return "build ousage with libsystemd to read the journal, or name a log with "
                   "--log-file";
        }
#endif
    }
    if (contains(why, "ermission denied")) {
        return "allow your user to read the log";
    }
    if (report.state == State::absent) {
        return "name the log with --log-file or its directory with --logs-dir; of a container: "
               "docker logs ollama 2>&1 | ousage log - --summary";
    }
    return report.state == State::skipped ? "name a log of that server with --log-file" : "";
}

std::string cloud_advice(SourceReport const& report, ollama::Snapshot const& snapshot) {
    if (has_diagnostic(snapshot, "cloud_auth_failed")) {
        return "create a new key at https://ollama.com/settings/keys, and store it in the variable "
               "that --api-key-env names (OLLAMA_API_KEY)";
    }
    if (has_diagnostic(snapshot, "cloud_rate_limited")) {
        return "wait: the cloud accepts ten requests a minute of an account";
    }
    return report.state == State::skipped
               ? "nothing without a cloud account; else store a key of it in OLLAMA_API_KEY"
               : "";
}

} // namespace

std::string doctor_advice(
    SourceReport const& report, ollama::Snapshot const& snapshot, DoctorFacts const& facts) {
    auto const why = report.error.value_or("");
    auto advice = std::string{};
    if (report.name == "local_api") {
        advice = server_advice(report, snapshot, why);
    } else if (report.name == "server_log") {
        advice = log_advice(report, facts, why);
    } else if (report.name == "cloud") {
        advice = cloud_advice(report, snapshot);
    } else if (report.name == "desktop_db" && report.state == State::absent) {
        advice = "nothing, unless you use the desktop app: then name its database with --db-path";
    } else if (report.name == "server_config" && report.state == State::absent) {
        advice = "nothing: Ollama uses its defaults";
    } else if (report.name == "gpu" && report.state == State::absent) {
        advice = "nothing without a GPU; else install its driver (NVIDIA with NVML, or amdgpu)";
    } else if (report.name == "runners" && report.state == State::absent) {
        advice = "nothing: no model is loaded on this machine";
    }
    if (report.state == State::timeout) {
        advice += advice.empty() ? "" : "; ";
        advice += "allow more time with --timeout " + report.name + "=20s";
    }
    return advice;
}

} // namespace ousage::program
