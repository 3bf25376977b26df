#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/deadline_link.hpp>
#include <ousage/core/detail/plain_value.hpp>
#include <ousage/core/equal.hpp>
#include <ousage/core/error.hpp>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace OUSAGE_NAMESPACE {

/// How a source ended.
enum class State {
    ok,      ///< all parts succeeded
    partial, ///< some parts succeeded; `failures` lists the others
    absent,  ///< there is nothing to read, such as no log file
    skipped, ///< it was not queried, such as the cloud without a key
    timeout, ///< a deadline passed before anything was filled in
    error,   ///< it failed before anything was filled in
};

/// The members of an `Outcome` that do not depend on the type of its value.
struct OutcomeBase {
    State state = State::ok;            ///< how it ended; final once `collect` has returned
    std::vector<Failure> failures;      ///< what failed, in chronological order
    std::string note;                   ///< human-readable: why it is absent or skipped
    std::chrono::nanoseconds elapsed{}; ///< from the start of the collection to its end
    bool concluded = false;             ///< the state was set by `conclude`
    std::optional<bool> measured;       ///< whether there is a value; empty: derived from `value`
    detail::DeadlineLink deadline;      ///< set by `with_timeout` while the source runs

    /// Reports that `part` failed; the source continues with the other parts.
    void fail(std::string part, Failure failure);

    /// Reports that `part` failed, with the stage and a human-readable text.
    void fail(std::string part, Errc code, std::string text);

    /// Reports that there is nothing to read. This is not an error.
    void absent(std::string why);

    /// Reports that the source was not queried. This is not an error.
    void skipped(std::string why);

    /// True if a failure without a part was reported: the whole source failed.
    bool failed_as_a_whole() const;

    /// Derives the state of a whole from the states of its parts. `settle` does not change it.
    void conclude(std::span<State const> parts);

    /// Derives the state from what failed; `has_value`: whether any member was filled in.
    void settle(bool has_value);

    /// Reports that a deadline passed before the source ended. Cancelled operations become timed
    /// out; the text of such a failure, which names what was cancelled, is kept. The state is
    /// `partial` if anything was filled in, else `timeout`, whatever the source reported.
    void expire(bool has_value);
};

/// The result of a source. A source fills it in as it runs, so that a deadline keeps the members
/// filled in so far. Assign a member only once its value is complete.
template <class T>
struct Outcome : OutcomeBase {
    T value{}; ///< the members filled in; default-constructed if none

    /// True if the source measured anything: if it said so by `measured`, else if any member
    /// differs from its default. A default value does not count because the type cannot distinguish
    /// a measured 0 from none, unless it contains only numbers, bools and enumerations: then the
    /// source measured its value if it ended without a failure of the whole source.
    bool has_value() const { return measured ? *measured : !is_empty(value); }

    /// Derives the state from what was filled in, what failed, and whether a deadline passed.
    /// Called by `Source::collect`.
    void settle() {
        auto const late = deadline.has_passed();
        if constexpr (detail::is_plain_value<T>()) {
            auto const none = state == State::absent || state == State::skipped;
            if (!measured && !late && !none && !failed_as_a_whole()) {
                measured = true;
            }
        }
        auto const filled = has_value();
        if (late) {
            measured = filled; // a second call, after the deadline, derives the same state
            expire(filled);
        } else {
            OutcomeBase::settle(filled);
        }
    }
};

/// All failures of an outcome in one human-readable line; the note if nothing failed.
OUSAGE_DECL std::string describe(OutcomeBase const& outcome);

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/outcome.hpp>
#endif
