#include "example/history/stored_hours.hpp"

#include <ousage/io/http/url.hpp>

namespace ousage::program {

std::string history_url(ollama::Account const& account) {
    return account.base_url ? io::to_string(*account.base_url) : std::string{};
}

Result<ollama::HourlySums> read_stored_hours(
    std::stop_token const& stop, std::filesystem::path const& database,
    ollama::Account const& account, std::chrono::sys_seconds now, std::int64_t count) {
    auto const last = ollama::hour_number(now);
    auto const store = HistoryStore(database);
    return store.read(account.id, history_url(account), last - count, last, stop);
}

} // namespace ousage::program
