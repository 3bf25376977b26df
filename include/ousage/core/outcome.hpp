#pragma once

#include <ousage/config.hpp>
#include <ousage/core/equal.hpp>
#include <ousage/core/error.hpp>

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// How a source ended.
enum class State {
    ok,      ///< all parts succeeded
    partial, ///< some parts succeeded; `failures` lists the others
    absent,  ///< there is nothing to read, such as no log file
    skipped, ///< it was not queried, such as the cloud without a key
    timeout, ///< the deadline passed before anything was filled in
    error,   ///< it failed before anything was filled in
};

/// The result of a source. A source fills it in as it runs, so that a deadline keeps the members
/// filled in so far. Assign a member only once its value is complete.
template <class T>
struct Outcome {
    T value{};                          ///< the members filled in; default-constructed if none
    State state = State::ok;            ///< how it ended; final once `collect` has returned
    std::vector<Failure> failures;      ///< what failed, in chronological order
    std::string note;                   ///< human-readable: why it is absent or skipped
    std::chrono::nanoseconds elapsed{}; ///< from the start of the source to its end
    bool concluded = false;             ///< the state was set by `conclude`

    /// Reports that `part` failed; the source continues with the other parts.
    void fail(std::string part, Failure failure) {
        failure.part = failure.part.empty() ? std::move(part) : part + "." + failure.part;
        failures.push_back(std::move(failure));
    }

    /// Reports that `part` failed, with the stage and a human-readable text.
    void fail(std::string part, Errc code, std::string text) {
        failures.push_back(Failure{std::move(part), make_error_code(code), std::move(text)});
    }

    /// Reports that there is nothing to read. This is not an error.
    void absent(std::string why) {
        state = State::absent;
        note = std::move(why);
    }

    /// Reports that the source was not queried. This is not an error.
    void skipped(std::string why) {
        state = State::skipped;
        note = std::move(why);
    }

    /// True if any member was filled in.
    bool has_value() const { return !is_empty(value); }

    /// Derives the state of a whole from the states of its parts. `settle` does not change it.
    void conclude(std::initializer_list<State> parts) {
        auto const count = [&](State one, State other) {
            return std::count(parts.begin(), parts.end(), one) +
                   std::count(parts.begin(), parts.end(), other);
        };
        auto const failed = count(State::error, State::timeout);
        concluded = true;
        if (count(State::ok, State::partial) > 0) {
            state = failed > 0 || count(State::partial, State::partial) > 0 ? State::partial
                                                                            : State::ok;
        } else if (failed > 0) {
            state = count(State::error, State::error) > 0 ? State::error : State::timeout;
        } else {
            state = State::absent;
        }
    }

    /// Derives the state from what was filled in and what failed. Called by `Source::collect`.
    void settle() {
        if (concluded) {
            return;
        }
        if (failures.empty()) {
            state = state == State::absent || state == State::skipped ? state : State::ok;
        } else if (has_value()) {
            state = State::partial;
        } else {
            auto const late = [](Failure const& failure) { return failure.code == Errc::timeout; };
            auto const any_late = std::any_of(failures.begin(), failures.end(), late);
            state = any_late ? State::timeout : State::error;
        }
    }
};

/// All failures of an outcome in one human-readable line; the note if nothing failed.
template <class T>
std::string describe(Outcome<T> const& outcome) {
    auto text = std::string{};
    for (auto const& failure : outcome.failures) {
        text += text.empty() ? "" : "; ";
        text += to_string(failure);
    }
    return text.empty() ? outcome.note : text;
}

} // namespace OUSAGE_NAMESPACE
