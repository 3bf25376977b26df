#pragma once

#include <ousage/core/outcome.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

OUSAGE_DECL void OutcomeBase::fail(std::string part, Failure failure) {
    failure.part = failure.part.empty() ? std::move(part) : part + "." + failure.part;
    failures.push_back(std::move(failure));
}

OUSAGE_DECL void OutcomeBase::fail(std::string part, Errc code, std::string text) {
    failures.push_back(Failure{std::move(part), make_error_code(code), std::move(text)});
}

OUSAGE_DECL void OutcomeBase::absent(std::string why) {
    state = State::absent;
    note = std::move(why);
}

OUSAGE_DECL void OutcomeBase::skipped(std::string why) {
    state = State::skipped;
    note = std::move(why);
}

OUSAGE_DECL bool OutcomeBase::failed_as_a_whole() const {
    return std::any_of(failures.begin(), failures.end(), [](Failure const& failure) {
        return failure.part.empty();
    });
}

OUSAGE_DECL void OutcomeBase::conclude(std::span<State const> parts) {
    auto const count = [&](State one, State other) {
        return std::count(parts.begin(), parts.end(), one) +
               std::count(parts.begin(), parts.end(), other);
    };
    auto const failed = count(State::error, State::timeout);
    concluded = true;
    if (count(State::ok, State::partial) > 0) {
        state =
            failed > 0 || count(State::partial, State::partial) > 0 ? State::partial : State::ok;
    } else if (failed > 0) {
        state = count(State::error, State::error) > 0 ? State::error : State::timeout;
    } else {
        state = State::absent;
    }
}

OUSAGE_DECL void OutcomeBase::settle(bool has_value) {
    if (concluded) {
        return;
    }
    if (failures.empty()) {
        state = state == State::absent || state == State::skipped ? state : State::ok;
    } else if (has_value) {
        state = State::partial;
    } else {
        auto const late = [](Failure const& failure) { return failure.code == Errc::timeout; };
        auto const any_late = std::any_of(failures.begin(), failures.end(), late);
        state = any_late ? State::timeout : State::error;
    }
}

OUSAGE_DECL void OutcomeBase::expire(bool has_value) {
    auto any_late = false;
    for (auto& failure : failures) {
        if (failure.code == Errc::cancelled) {
            failure.code = make_error_code(Errc::timeout);
            failure.text += failure.text.empty() ? "" : ": " + failure.code.message();
        }
        any_late = any_late || failure.code == Errc::timeout;
    }
    if (!any_late) {
        fail({}, Errc::timeout, {});
    }
    // The value of a merge is never empty: it contains the reports of its sources.
    auto const filled = concluded ? state == State::ok || state == State::partial : has_value;
    state = filled ? State::partial : State::timeout;
}

OUSAGE_DECL std::string describe(OutcomeBase const& outcome) {
    auto text = std::string{};
    for (auto const& failure : outcome.failures) {
        text += text.empty() ? "" : "; ";
        text += to_string(failure);
    }
    return text.empty() ? outcome.note : text;
}

} // namespace OUSAGE_NAMESPACE
