#include "example/ousage/history_command.hpp"

#include "example/demo/demo.hpp"
#include "example/history/stored_hours.hpp"
#include "example/ousage/output_style.hpp"
#include <ousage/core/enum_name.hpp>
#include <ousage/core/with_timeout.hpp>
#include <ousage/format/text/display_text.hpp>
#include <ousage/format/text/grid.hpp>
#include <ousage/json/json.hpp>
#include <ousage/ollama/assembly/account_log.hpp>
#include <ousage/ollama/log/log_hours.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

namespace ousage::program {

namespace {

std::string number_text(std::optional<std::uint64_t> const& value) {
    return value ? std::to_string(*value) : std::string{};
}

std::string csv_field(std::string const& text) {
    if (text.find_first_of(",\"\r\n") == text.npos) {
        return text;
    }
    auto quoted = std::string("\"");
    for (auto const character : text) {
        quoted += character == '"' ? "\"\"" : std::string(1, character);
    }
    return quoted + "\"";
}

void add(std::optional<std::uint64_t>& sum, std::optional<std::uint64_t> const& value) {
    if (value) {
        auto const room = std::numeric_limits<std::uint64_t>::max() - sum.value_or(0);
        sum = sum.value_or(0) + std::min(room, *value);
    }
}

HistoryPeriod total_of(std::vector<HistoryPeriod> const& rows) {
    auto total = HistoryPeriod{};
    total.period = "Total";
    for (auto const& row : rows) {
        add(total.requests, row.requests);
        add(total.input_tokens, row.input_tokens);
        add(total.output_tokens, row.output_tokens);
        add(total.errors, row.errors);
    }
    return total;
}

GridRow grid_row(HistoryPeriod const& row, std::string const& from) {
    auto cells = std::vector<Cell>{};
    for (auto const& text :
         {display_text(row.account.value_or("")), row.period, number_text(row.requests),
          number_text(row.input_tokens), number_text(row.output_tokens), number_text(row.errors),
          from}) {
        cells.push_back(Cell{text, Role::plain});
    }
    return GridRow{"", Role::plain, std::move(cells)};
}

// Removes the headings of columns without any other text.
void clear_empty_columns(Grid& grid) {
    for (std::size_t column = 0; column < grid.columns.size(); ++column) {
        auto const is_empty = [column](GridRow const& row) {
            return row.cells[column].text.empty();
        };
        if (std::all_of(grid.rows.begin() + 1, grid.rows.end(), is_empty)) {
            grid.rows.front().cells[column].text.clear();
        }
    }
}

// Returns the deadline that an option sets for the log.
std::optional<std::chrono::nanoseconds> log_limit(ollama::Account const& account) {
    auto const own = account.timeouts.find("server_log");
    return own == account.timeouts.end() ? account.timeout : std::optional(own->second);
}

Source<ollama::ServerLog> log_of(
    ollama::Account const& account, ollama::Configuration const& configuration,
    ollama::LogObserver observer) {
    auto source = ollama::account_log(account, configuration, std::move(observer));
    auto const limit = log_limit(account);
    return limit ? with_timeout(
                       std::move(source),
                       std::chrono::duration_cast<std::chrono::steady_clock::duration>(*limit))
                 : source;
}

// What a reader of the log has read.
struct ReadLog {
    std::uint64_t bytes = 0;
    bool caught_up = false;
};

bool is_timeout(Failure const& failure) {
    return failure.code == Errc::timeout;
}

// Collects the log until it was read to its end: one collection reads only a part of a large
// journal. Ends at a failure, and if a collection reads nothing. With a deadline, collects once.
asio::awaitable<void> collect_log(
    Source<ollama::ServerLog> source, std::shared_ptr<ReadLog> read, bool has_deadline,
    Outcome<ollama::ServerLog>& into) {
    for (bool has_more = true; has_more;) {
        auto const earlier = has_deadline ? 0 : read->bytes;
        into = {};
        co_await source.collect(into);
        has_more = !has_deadline && !read->caught_up && read->bytes > earlier &&
                   std::all_of(into.failures.begin(), into.failures.end(), &is_timeout);
    }
}

void report(Failure const& failure) {
    std::fprintf(stderr, "ousage: %s\n", to_string(failure).c_str());
}

// Reads the log and the database of one account.
class AccountHistory {
public:
    AccountHistory(ollama::Account account, ollama::Configuration const& configuration)
        : account_(std::move(account)), configuration_(configuration) {
        account_.log_history.whole_up_to = std::numeric_limits<std::uint64_t>::max();
    }

    // Sets `code` to 2 if the database cannot be read.
    HistoryHours read(asio::io_context& context, int& code) const {
        auto const log =
            std::make_shared<ollama::LogHours>(configuration_.now, account_.log_history);
        auto const is_whole = read_log(context, log);
        auto const now = ollama::hour_number(configuration_.now());
        auto stored = ollama::HourlySums{};
        if (configuration_.history_db) {
            auto read =
                read_stored_hours({}, *configuration_.history_db, account_, configuration_.now());
            if (read) {
                stored = std::move(*read);
            } else {
                report(read.failure());
                code = 2;
            }
        }
        return combine_hours(log->sums(), is_whole, stored, now);
    }

private:
    // Returns true if the whole log was read.
    bool read_log(asio::io_context& context, std::shared_ptr<ollama::LogHours> const& into) const {
        auto outcome = Outcome<ollama::ServerLog>{};
        auto const progress = std::make_shared<ReadLog>();
        auto count = ollama::LogObserver{};
        count.polled = [progress](ollama::LogProgress const& polled) {
            *progress = ReadLog{polled.bytes, polled.caught_up};
        };
        auto source =
            log_of(account_, configuration_, ollama::LogHours::observer(into, std::move(count)));
        auto work =
            collect_log(std::move(source), progress, log_limit(account_).has_value(), outcome);
        asio::co_spawn(context, std::move(work), [&](std::exception_ptr) { context.stop(); });
        context.restart();
        context.run();
        for (auto const& failure : outcome.failures) {
            report(failure);
        }
        return outcome.failures.empty();
    }

    ollama::Account account_;
    ollama::Configuration const& configuration_;
};

std::string
to_text(std::vector<HistoryPeriod> const& rows, HistoryUnit unit, Options const& options) {
    auto const& name = options.format_name;
    if (name == "csv") {
        return history_csv(rows);
    }
    if (name == "table" || (name.empty() && ::isatty(STDOUT_FILENO) != 0)) {
        return history_table(rows, unit, standard_output_style());
    }
    return to_json(rows) + "\n";
}

} // namespace

std::string history_csv(std::vector<HistoryPeriod> const& rows) {
    auto const has_account = !rows.empty() && rows.front().account.has_value();
    auto text = std::string(has_account ? "account," : "") +
                "period,requests,input_tokens,output_tokens,errors,from\n";
    for (auto const& row : rows) {
        text += (has_account ? csv_field(row.account.value_or("")) + "," : "") + row.period + "," +
                number_text(row.requests) + "," + number_text(row.input_tokens) + "," +
                number_text(row.output_tokens) + "," + number_text(row.errors) + "," +
                std::string(enum_name(row.from)) + "\n";
    }
    return text;
}

std::string
history_table(std::vector<HistoryPeriod> const& rows, HistoryUnit unit, TextStyle const& style) {
    static constexpr char const* headings[] = {"Hour", "Day", "Week of", "Month"};
    if (rows.empty()) {
        return {};
    }
    auto grid = Grid{};
    grid.columns = {{false, 0, 8}, {false, 0, 0}, {true, 0, 0}, {true, 2, 0},
                    {true, 3, 0},  {true, 1, 0},  {false, 4, 0}};
    auto heading = GridRow{"", Role::dim, {}};
    for (auto const* const text :
         {rows.front().account ? "Account" : "", headings[static_cast<std::size_t>(unit)],
          "Requests", "Input tokens", "Output tokens", "Errors", "From"}) {
        heading.cells.push_back(Cell{text, Role::dim});
    }
    grid.rows.push_back(std::move(heading));
    for (auto const& row : rows) {
        grid.rows.push_back(grid_row(row, std::string(enum_name(row.from))));
    }
    if (rows.size() > 1) {
        grid.rows.push_back(grid_row(total_of(rows), ""));
    }
    clear_empty_columns(grid);
    auto text = std::string{};
    for (auto const& line : grid_lines(grid, style)) {
        text += line + "\n";
    }
    return text;
}

int run_history(Options const& options, ollama::Configuration configuration) {
    auto context = asio::io_context(1);
    auto demo = std::unique_ptr<Demo>();
    if (options.demo) {
        demo = std::make_unique<Demo>(context.get_executor(), configuration.now);
        demo->observe(configuration);
    }
    int code = 0;
    auto const unit = options.history->unit.value_or(HistoryUnit::daily);
    auto rows = std::vector<HistoryPeriod>{};
    for (auto const& account : configuration.accounts) {
        auto const hours = AccountHistory(account, configuration).read(context, code);
        for (auto& row : history_rows(hours, unit, configuration.calendar)) {
            if (configuration.accounts.size() > 1) {
                row.account = account.id;
            }
            rows.push_back(std::move(row));
        }
    }
    if (rows.empty()) {
        std::fputs("ousage: no request in the log, and nothing is stored\n", stderr);
    }
    auto const text = to_text(rows, unit, options);
    auto const written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (!written || std::fflush(stdout) != 0) {
        return 1;
    }
    return code != 0 ? code : rows.empty() ? 1 : 0;
}

} // namespace ousage::program
