#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/desktop/detail/desktop_reading.hpp>
#include <ousage/ollama/model/cloud_name.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Maximum number of values in all series by model together. A crafted database could contain a
// different model with an old date in each row.
inline constexpr std::size_t most_model_values = 1'000'000;

// One row of messages, without its texts.
struct MessageRow {
    std::int64_t id;
    std::string_view chat;
    std::string_view role;
    std::string_view model;
    std::optional<Moment> created;
    std::optional<Moment> thinking_start;
    std::optional<Moment> thinking_end;
    std::uint64_t content;  // code points
    std::uint64_t thinking; // code points
};

// Estimates the tokens of a text with that many characters.
constexpr std::uint64_t tokens_of(std::uint64_t characters) {
    return (characters + 3) / 4;
}

// Counts the rows that belong to a message. Messages must be passed in the order of their ids.
class RowsOfMessage {
public:
    explicit RowsOfMessage(std::vector<std::pair<std::int64_t, std::uint32_t>> const& rows)
        : at_(rows.begin()), end_(rows.end()) {}

    std::uint64_t of(std::int64_t message) {
        std::uint64_t count = 0;
        for (; at_ != end_ && at_->first <= message; ++at_) {
            count += at_->first == message ? at_->second : 0;
        }
        return count;
    }

private:
    std::vector<std::pair<std::int64_t, std::uint32_t>>::const_iterator at_;
    std::vector<std::pair<std::int64_t, std::uint32_t>>::const_iterator end_;
};

// Counts everything in one pass over the messages in the order of their ids.
class MessagePass {
public:
    explicit MessagePass(DesktopReading& reading)
        : reading_(reading), calls_(reading.calls), attachments_(reading.attachments) {}

    void add(MessageRow const& row) {
        auto& facts = reading_.facts;
        auto const calls = calls_.of(row.id);
        auto const attachments = attachments_.of(row.id);
        auto const is_user = row.role == "user";
        ++all_;
        users_ += is_user ? 1U : 0U;
        if (row.created) {
            facts.add(messages_, *row.created, 1);
            facts.add(user_messages_, *row.created, is_user ? 1U : 0U);
            facts.add(tool_calls_, *row.created, calls);
            facts.add(attached_, *row.created, attachments);
        }
        if (is_user) {
            question_of(row.chat) += row.content;
        } else if (row.role == "assistant") {
            ++assistants_;
            add_answer_row(row, calls > 0);
        }
    }

    // Stores the counts. `has` has a flag for each column that exists.
    template <class Columns>
    void store(Columns const& has) {
        auto& facts = reading_.facts;
        auto& totals = facts.plain.desktop;
        totals.total_messages = all_;
        auto const publish = [](bool known, EventCounts& from, std::optional<EventCounts>& into) {
            if (known) {
                from.recent.seal();
                into = std::move(from);
            }
        };
        publish(has.created_at, messages_, facts.messages);
        publish(has.created_at && reading_.has_calls, tool_calls_, facts.tool_calls);
        publish(has.created_at && reading_.has_attachments, attached_, facts.attachments);
        if (!has.role) {
            return;
        }
        totals.total_user_messages = users_;
        totals.total_assistant_messages = assistants_;
        publish(has.created_at, user_messages_, facts.user_messages);
        if (has.created_at) {
            facts.plain.requests_from = "desktop_db";
        }
        if (has.thinking_time_start && has.thinking_time_end) {
            auto const seconds = static_cast<double>(thinking_) / 1e9;
            totals.thinking_requests = thinking_requests_;
            totals.total_thinking_seconds = seconds;
            if (thinking_requests_ > 0) {
                totals.avg_thinking_seconds = seconds / static_cast<double>(thinking_requests_);
            }
        }
        // Without a column `thinking`, the content is all that an answer has.
        if (has.chat_id && has.content) {
            facts.plain.token_estimation = "chars_div_4";
            publish(has.created_at, tokens_, facts.tokens);
            if (has.model_name) {
                store_models(has.created_at);
            }
        }
    }

private:
    std::uint64_t& question_of(std::string_view chat) {
        if (question_ == questions_.end() || question_->first != chat) {
            question_ = questions_.find(chat);
            if (question_ == questions_.end()) {
                question_ = questions_.emplace(chat, 0).first;
            }
        }
        return question_->second;
    }

    void add_answer_row(MessageRow const& row, bool has_calls) {
        std::uint64_t thought = 0;
        auto const both =
            row.thinking_start && row.thinking_end && *row.thinking_end >= *row.thinking_start;
        if (both) {
            thought = static_cast<std::uint64_t>((*row.thinking_end - *row.thinking_start).count());
            ++thinking_requests_;
            thinking_ += thought;
        }
        if (row.content == 0 && row.thinking == 0 && !has_calls) {
            return;
        }
        auto const input = tokens_of(std::exchange(question_of(row.chat), 0));
        auto const output = tokens_of(row.content + row.thinking);
        if (row.created) {
            reading_.facts.add(tokens_, *row.created, input + output);
        }
        if (!row.model.empty()) {
            auto const amounts =
                Timeline<5>::Amounts{1, input, output, thought, both ? std::uint64_t{1} : 0};
            add_answer(row, amounts);
        }
    }

    void add_answer(MessageRow const& row, Timeline<5>::Amounts const& amounts) {
        auto& facts = reading_.facts;
        auto entry = models_.find(row.model);
        if (entry == models_.end()) {
            entry = models_.emplace(row.model, ModelAnswers{}).first;
            entry->second.cloud = is_cloud_name(row.model);
        }
        auto& model = entry->second;
        for (std::size_t index = 0; index < amounts.size(); ++index) {
            model.all[index] += amounts[index];
        }
        if (!row.created || !facts.is_due(*row.created)) {
            return;
        }
        auto const day = facts.day.of(*row.created);
        model.requests.add(day, 1);
        if (amounts[input_amount] + amounts[output_amount] > 0) {
            model.tokens.add(day, amounts[input_amount] + amounts[output_amount]);
        }
        (model.cloud ? cloud_ : local_).add(day, 1);
        if (facts.is_recent(*row.created)) {
            model.recent.add(*row.created, amounts);
        }
    }

    void store_models(bool timed) {
        auto& facts = reading_.facts;
        auto const today = std::chrono::sys_days(facts.calendar.date(facts.now));
        std::size_t values = 0;
        for (auto& [name, model] : models_) {
            model.recent.seal();
            values += model.requests.length(today) + model.tokens.length(today);
        }
        if (values > most_model_values) {
            facts.with_model_series = false;
            reading_.fail(
                "messages.model_name", Errc::limit, "too many models for a series by day of each");
        }
        facts.models = std::move(models_);
        if (timed) {
            facts.requests_local = std::move(local_);
            facts.requests_cloud = std::move(cloud_);
        }
    }

    DesktopReading& reading_;
    RowsOfMessage calls_;
    RowsOfMessage attachments_;
    std::uint64_t all_ = 0, users_ = 0, assistants_ = 0, thinking_requests_ = 0;
    std::uint64_t thinking_ = 0; // nanoseconds
    EventCounts messages_, user_messages_, tool_calls_, attached_, tokens_;
    DayCounts local_, cloud_;
    std::map<std::string, ModelAnswers, std::less<>> models_;
    // Characters of each chat's questions that have no answer yet.
    std::map<std::string, std::uint64_t, std::less<>> questions_;
    std::map<std::string, std::uint64_t, std::less<>>::iterator question_ = questions_.end();
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
