#pragma once

#include <ousage/config.hpp>

namespace OUSAGE_NAMESPACE::detail {

// A deadline that bounds a collection. `outer` bounds the same collection; it is null for the
// outermost deadline.
struct DeadlineScope {
    DeadlineScope const* outer = nullptr;
    bool passed = false;

    bool any_passed() const { return passed || (outer != nullptr && outer->any_passed()); }
};

// The innermost deadline of the collection that fills in an outcome. It belongs to the collection
// and not to the value of the outcome: copies and assignments do not transfer it.
class DeadlineLink {
public:
    DeadlineLink() = default;

    DeadlineLink(DeadlineLink const&) noexcept {}

    DeadlineLink& operator=(DeadlineLink const&) noexcept { return *this; }

    ~DeadlineLink() = default;

    DeadlineScope const* scope() const noexcept { return scope_; }

    void set(DeadlineScope const* scope) noexcept { scope_ = scope; }

    // Applies the deadlines of `other` to this outcome too.
    void follow(DeadlineLink const& other) noexcept { scope_ = other.scope_; }

    bool has_passed() const noexcept { return scope_ != nullptr && scope_->any_passed(); }

private:
    DeadlineScope const* scope_ = nullptr;
};

} // namespace OUSAGE_NAMESPACE::detail
