#include "example/ousage/snapshot_text.hpp"

#include "example/ousage/output_style.hpp"
#include <ousage/format/prometheus.hpp>
#include <ousage/format/view_table.hpp>
#include <ousage/json/json.hpp>

#include <cstddef>

namespace ousage::program {

namespace {

std::string to_tables(
    std::vector<ollama::Snapshot> const& snapshots, std::vector<ollama::Account> const& accounts) {
    auto const style = standard_output_style();
    auto text = std::string{};
    for (std::size_t index = 0; index < snapshots.size(); ++index) {
        auto const& url = accounts[index].base_url;
        auto context = ViewContext{};
        context.server = url ? io::authority(*url) : "";
        context.show_account = snapshots.size() > 1;
        text +=
            (text.empty() ? "" : "\n") + view_table(make_view(snapshots[index], context), style);
    }
    return text;
}

std::string to_prometheus(std::vector<ollama::Snapshot> const& snapshots) {
    auto subjects = std::vector<Observation>(snapshots.size());
    for (std::size_t index = 0; index < snapshots.size(); ++index) {
        auto const& snapshot = snapshots[index];
        subjects[index].snapshot = &snapshot;
        subjects[index].account = snapshots.size() > 1 ? snapshot.account_id : "";
    }
    return to_exposition(subjects);
}

} // namespace

std::string snapshot_text(
    std::vector<ollama::Snapshot> const& snapshots, ollama::Configuration const& configuration,
    Format format) {
    if (format == Format::table) {
        return to_tables(snapshots, configuration.accounts);
    }
    if (format == Format::prometheus) {
        return to_prometheus(snapshots);
    }
    auto const style = format == Format::compact ? JsonStyle::compact : JsonStyle::pretty;
    return (snapshots.size() == 1 ? to_json(snapshots.front(), style) : to_json(snapshots, style)) +
           "\n";
}

} // namespace ousage::program
