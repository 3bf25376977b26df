#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/mailbox.hpp>

#include <asio/awaitable.hpp>
#include <asio/use_awaitable.hpp>

#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

// A function that runs on a thread of its own.
class Job {
public:
    explicit Job(std::shared_ptr<MailboxBase> box) : box_(std::move(box)) {}

    Job(Job const&) = delete;
    Job& operator=(Job const&) = delete;
    virtual ~Job() = default;

    // Passes the result of the function, or its exception, to the mailbox.
    void run();

private:
    virtual void call() = 0;

    std::shared_ptr<MailboxBase> box_;
};

template <class F, class T>
class FunctionJob final : public Job {
public:
    FunctionJob(F function, std::shared_ptr<Mailbox<T>> box)
        : Job(box), function_(std::move(function)), box_(std::move(box)) {}

private:
    void call() override { box_->put(function_(box_->stop_token())); }

    F function_;
    std::shared_ptr<Mailbox<T>> box_;
};

// Runs the job on a new detached thread, which also destroys it.
OUSAGE_DECL void start_thread(std::unique_ptr<Job> job);

} // namespace detail

/// Runs blocking work, `function(std::stop_token)`, on a new thread and awaits its result. Rethrows
/// the exceptions of `function`. On cancellation, the await ends at once with `operation_aborted`,
/// a stop is requested through the token, and the detached thread continues until `function`
/// checks the token. `function` must therefore own everything it uses (copies, shared pointers) and
/// hold no references.
template <class F>
auto offload(F function) -> asio::awaitable<std::invoke_result_t<F&, std::stop_token>> {
    using T = std::invoke_result_t<F&, std::stop_token>;
    auto const box = std::make_shared<detail::Mailbox<T>>();
    detail::start_thread(std::make_unique<detail::FunctionJob<F, T>>(std::move(function), box));
    std::shared_ptr<detail::MailboxBase> base = box;
    co_await detail::MailboxBase::wait(std::move(base));
    co_return box->take_value();
}

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/mailbox.hpp>
#    include <ousage/core/impl/offload.hpp>
#endif
