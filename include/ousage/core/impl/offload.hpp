#pragma once

#include <ousage/core/offload.hpp>

#include <exception>
#include <memory>
#include <thread>
#include <utility>

namespace OUSAGE_NAMESPACE::detail {

OUSAGE_DECL void Job::run() {
    std::exception_ptr thrown;
    try {
        call();
    } catch (...) {
        thrown = std::current_exception();
    }
    // After the catch block, so that the waiter holds the only reference to the exception.
    if (thrown) {
        box_->fail(std::move(thrown));
    }
}

OUSAGE_DECL void start_thread(std::unique_ptr<Job> job) {
    std::thread([job = std::move(job)] { job->run(); }).detach();
}

} // namespace OUSAGE_NAMESPACE::detail
