#include "example/exporter/exporter_options.hpp"
#include "example/manual/common_variables.hpp"
#include "example/manual/manual.hpp"
#include "example/options/shared_options.hpp"
#include <ousage/version.hpp>

#include <span>
#include <string>
#include <vector>

namespace ousage::program {

namespace {

template <class Target>
void append(std::vector<OptionText>& texts, std::span<Option<Target> const> table) {
    for (auto const& option : table) {
        texts.push_back(option.text);
    }
}

} // namespace

Manual exporter_manual() {
    auto manual = Manual();
    manual.name = "ousage-exporter";
    manual.version = OUSAGE_VERSION;
    manual.description = exporter_description;
    manual.text = "Polls an Ollama server and serves its state at /metrics, the same as JSON at "
                  "/snapshot, and a page for people at /. It polls further servers at "
                  "/probe?target=URL if --allow-target or --config permits them.\n\n"
                  "SIGHUP reads the accounts file and the web configuration again. SIGTERM and "
                  "SIGINT end the program within a second.";
    append(manual.options, exporter_options());
    append(manual.options, shared_options());
    manual.variables = common_variables();
    manual.files = {
        {"/etc/default/ousage-exporter", "Variables of the systemd unit, ARGS among them."},
        {"/var/lib/ousage", "What the systemd unit stores between runs."},
    };
    manual.exit_codes = {
        {"0", "It was ended by a signal, or --healthcheck found it healthy."},
        {"1", "--healthcheck found no healthy exporter."},
        {"2", "An option, the configuration or a file is wrong, or it cannot listen. One line "
              "names it."},
    };
    manual.examples =
        "  ousage-exporter                                    this machine, on port 9200\n"
        "  ousage-exporter --ollama-host nas:11434            another server\n"
        "  ousage-exporter --web.config.file web.yml          TLS and users\n"
        "  ousage-exporter --demo                             a demonstration";
    manual.related = "ousage(1), systemd.unit(5)";
    return manual;
}

} // namespace ousage::program
