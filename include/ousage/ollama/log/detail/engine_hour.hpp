#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/engine_record.hpp>
#include <ousage/ollama/log/latency_histogram.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// A record of the engine in 40 bytes, at a second of an hour.
class StoredRecord {
public:
    StoredRecord() = default;

    StoredRecord(std::uint64_t second, EngineRecord const& record)
        : input_eval_ns_(record.input_eval_ns.value_or(-1)),
          other_ns_(record.output_eval_ns.value_or(record.load_ns.value_or(0))),
          input_(clamped(record.input_tokens.value_or(0))),
          cached_(clamped(record.cached_input_tokens.value_or(0))),
          output_(clamped(record.output_tokens.value_or(0))),
          evaluated_(clamped(record.evaluated_tokens)),
          model_(model_number(record.model)),
          second_(static_cast<std::uint32_t>(second << 3 | static_cast<unsigned>(record.kind))) {}

    std::int64_t second() const { return second_ >> 3; }

    EngineRecordKind kind() const { return static_cast<EngineRecordKind>(second_ & 7); }

    // The model's index, or 65,535.
    std::uint16_t model() const { return static_cast<std::uint16_t>(model_); }

    bool has_input_eval() const {
        return kind() == EngineRecordKind::completed && input_eval_ns_ >= 0;
    }

    std::int64_t input_eval_ns() const { return input_eval_ns_; }

    std::int64_t other_ns() const { return other_ns_; } // of the generation or of the load

    std::uint32_t input() const { return input_; }

    std::uint32_t cached() const { return cached_; }

    std::uint32_t output() const { return output_; }

    std::uint32_t evaluated() const { return evaluated_; }

private:
    static std::uint32_t clamped(std::uint64_t tokens) {
        constexpr auto most = std::numeric_limits<std::uint32_t>::max();
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(tokens, most));
    }

    static std::uint16_t model_number(std::size_t model) {
        constexpr auto most = std::numeric_limits<std::uint16_t>::max();
        return static_cast<std::uint16_t>(std::min<std::size_t>(model, most));
    }

    std::int64_t input_eval_ns_ = -1, other_ns_ = 0;
    std::uint32_t input_ = 0, cached_ = 0, output_ = 0, evaluated_ = 0;
    std::uint32_t model_ = 0;
    std::uint32_t second_ = 0; // 12 bits of the second, 3 of the kind. No padding: it is stored
};

static_assert(sizeof(StoredRecord) == 40);

// Sums over records. Durations are sums of doubles, because the log may contain any number.
struct EngineSums {
    std::uint64_t completed = 0, cancelled = 0, embeddings = 0;
    std::uint64_t input = 0, cached = 0, output = 0;
    std::uint64_t evaluated = 0, generated = 0; // of completed tasks with a known time
    double evaluated_ns = 0, generated_ns = 0;
    std::uint64_t truncated = 0, loads = 0;
    double load_ns = 0;

    std::uint64_t tasks() const { return completed + cancelled + embeddings; }

    void add(StoredRecord const& record) {
        auto const kind = record.kind();
        completed += kind == EngineRecordKind::completed ? 1u : 0u;
        cancelled += kind == EngineRecordKind::cancelled ? 1u : 0u;
        embeddings += kind == EngineRecordKind::embedding ? 1u : 0u;
        truncated += kind == EngineRecordKind::truncated_input ? 1u : 0u;
        loads += kind == EngineRecordKind::load ? 1u : 0u;
        load_ns += kind == EngineRecordKind::load ? static_cast<double>(record.other_ns()) : 0;
        input += record.input();
        cached += record.cached();
        output += record.output();
        if (record.has_input_eval()) {
            evaluated += record.evaluated();
            evaluated_ns += static_cast<double>(record.input_eval_ns());
        }
        if (kind == EngineRecordKind::completed) {
            generated += record.output();
            generated_ns += static_cast<double>(record.other_ns());
        }
    }

    void add(EngineSums const& other) {
        completed += other.completed;
        cancelled += other.cancelled;
        embeddings += other.embeddings;
        input += other.input;
        cached += other.cached;
        output += other.output;
        evaluated += other.evaluated;
        generated += other.generated;
        evaluated_ns += other.evaluated_ns;
        generated_ns += other.generated_ns;
        truncated += other.truncated;
        loads += other.loads;
        load_ns += other.load_ns;
    }
};

// Sums by the model's number, see `StoredRecord::model`.
using ModelSums = std::map<std::uint16_t, EngineSums>;

// The records of one hour: their sums, and each record for windows that begin or end in the hour.
class EngineHour {
public:
    void add(std::uint64_t second, EngineRecord const& record) {
        records_.emplace_back(second, record);
        auto const& stored = records_.back();
        sums_[stored.model()].add(stored);
        if (stored.has_input_eval()) {
            input_evals_.add(stored.input_eval_ns());
        }
    }

    // Calls `of_hour(sums, input_evals)` if (after, until] contains the whole hour, else
    // `of_record(record)` for each of its records in that range.
    template <class OfHour, class OfRecord>
    void visit(
        std::int64_t number, std::chrono::sys_seconds after, std::chrono::sys_seconds until,
        OfHour&& of_hour, OfRecord&& of_record) const {
        auto const start = std::chrono::sys_seconds(std::chrono::hours(number));
        auto const low = (after - start).count(), high = (until - start).count();
        if (low < 0 && high >= 3599) {
            of_hour(sums_, input_evals_);
            return;
        }
        for_each(low, high, of_record);
    }

    // Appends the times of the prompts in (after, until] to `into`.
    void collect_input_evals(
        std::int64_t number, std::chrono::sys_seconds after, std::chrono::sys_seconds until,
        std::vector<std::int64_t>& into) const {
        auto const start = std::chrono::sys_seconds(std::chrono::hours(number));
        for_each(
            (after - start).count(), (until - start).count(), [&into](StoredRecord const& record) {
                if (record.has_input_eval()) {
                    into.push_back(record.input_eval_ns());
                }
            });
    }

    // `number` is the number of this hour.
    template <class Archive>
    void archive(Archive& with, std::int64_t number) {
        with(sums_, input_evals_);
        std::uint64_t completed = 0;
        for (auto const& [model, of_model] : sums_) {
            completed += of_model.completed;
        }
        with.items(records_, number, completed);
    }

private:
    template <class OfRecord>
    void for_each(std::int64_t low, std::int64_t high, OfRecord&& of_record) const {
        for (auto const& record : records_) {
            if (record.second() > low && record.second() <= high) {
                of_record(record);
            }
        }
    }

    ModelSums sums_;
    LatencyHistogram input_evals_;
    std::vector<StoredRecord> records_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
