#pragma once

#include <ousage/config.hpp>
#include <ousage/core/detail/mailbox.hpp>
#include <ousage/core/detail/temporary.hpp>

#include <asio/awaitable.hpp>
#include <asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

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

// Calls a function with the stop token first, if it accepts one.
template <class F, class... Args>
decltype(auto) call_offloaded(F& function, std::stop_token stop, Args&&... args) {
    if constexpr (std::is_invocable_v<F&, std::stop_token, Args&&...>) {
        return std::invoke(function, std::move(stop), std::forward<Args>(args)...);
    } else {
        return std::invoke(function, std::forward<Args>(args)...);
    }
}

template <class F, class... Args>
concept Offloadable =
    std::is_invocable_v<F&, std::stop_token, Args&&...> || std::is_invocable_v<F&, Args&&...>;

template <class F, class... Args>
using OffloadResult = std::decay_t<decltype(call_offloaded(
    std::declval<F&>(), std::stop_token(), std::declval<Args>()...))>;

// A mailbox has a value: that of a function without a result is std::monostate.
template <class T>
using MailboxValue = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class F, class... Args>
class FunctionJob final : public Job {
public:
    using T = OffloadResult<F, Args...>;
    using Box = Mailbox<MailboxValue<T>>;

    template <class Function, class... Values>
    explicit FunctionJob(std::shared_ptr<Box> box, Function&& function, Values&&... values)
        : Job(box),
          function_(std::forward<Function>(function)),
          args_(std::forward<Values>(values)...),
          box_(std::move(box)) {}

private:
    void call() override {
        std::apply([this](Args&... args) { put(args...); }, args_);
    }

    void put(Args&... args) {
        if constexpr (std::is_void_v<T>) {
            call_offloaded(function_, box_->stop_token(), std::move(args)...);
            box_->put({});
        } else {
            box_->put(call_offloaded(function_, box_->stop_token(), std::move(args)...));
        }
    }

    F function_;
    std::tuple<Args...> args_;
    std::shared_ptr<Box> box_;
};

// Runs the job on a new detached thread, which also destroys it.
OUSAGE_DECL void start_thread(std::unique_ptr<Job> job);

template <class T>
asio::awaitable<T>
run_job(std::unique_ptr<Job> job, std::shared_ptr<Mailbox<MailboxValue<T>>> box) {
    start_thread(std::move(job));
    std::shared_ptr<MailboxBase> base = box;
    co_await MailboxBase::wait(std::move(base));
    if constexpr (!std::is_void_v<T>) {
        co_return box->take_value();
    }
}

} // namespace detail

/// Runs blocking work, `function(std::stop_token, args...)` or `function(args...)`, on a new thread
/// and awaits its result, which may be void. The thread starts when the result is awaited. It owns
/// decayed copies of the function and the arguments, and passes the arguments as rvalues. Rethrows
/// the exceptions of `function`. On cancellation, the await ends at once with `operation_aborted`,
/// a stop is requested through the token, and the detached thread continues until `function`
/// checks the token. The function and the arguments must therefore own everything they use (copies,
/// shared pointers) and hold no references.
///
/// A function with captures must be an lvalue: `co_await offload(work)`. A temporary one, or a
/// temporary aggregate as an argument, does not compile, because g++ 12 destroys both twice
/// in a statement that contains co_await.
template <class F, class... Args>
[[nodiscard]] auto offload(F&& function, Args&&... args) {
    constexpr auto accepted = detail::Offloadable<std::decay_t<F>, std::decay_t<Args>...>;
    static_assert(
        accepted, "ousage::offload: the function cannot be called with these arguments, with or "
                  "without a std::stop_token before them");
    constexpr auto safe_function =
        std::is_lvalue_reference_v<F> || !std::is_class_v<F> || std::is_empty_v<F>;
    static_assert(
        safe_function,
        "ousage::offload: a temporary function with captures is not safe: pass what it captures as "
        "arguments, offload(function, arguments...), or pass a named function without std::move");
    constexpr auto safe_arguments = (!detail::is_unsafe_temporary<Args&&> && ...);
    static_assert(
        safe_arguments,
        "ousage::offload: a temporary aggregate or closure as an argument is not safe: pass a "
        "named object without std::move");
    if constexpr (accepted && safe_function && safe_arguments) {
        using Work = detail::FunctionJob<std::decay_t<F>, std::decay_t<Args>...>;
        auto box = std::make_shared<typename Work::Box>();
        std::unique_ptr<detail::Job> job =
            std::make_unique<Work>(box, std::forward<F>(function), std::forward<Args>(args)...);
        return detail::run_job<typename Work::T>(std::move(job), std::move(box));
    } else {
        return asio::awaitable<void>();
    }
}

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/core/impl/mailbox.hpp>
#    include <ousage/core/impl/offload.hpp>
#endif
