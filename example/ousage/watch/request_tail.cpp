#include "example/ousage/watch/request_tail.hpp"

#include <algorithm>
#include <utility>

namespace ousage::program {

void RequestTail::add(ollama::AccessEntry const& entry) {
    auto const path = entry.line.quoted_path.substr(0, entry.line.quoted_path.find('?'));
    auto const lock = std::lock_guard(mutex_);
    entries_.push_back(TailEntry{
        entry.time, entry.offset, entry.route, entry.line.status, entry.line.latency_ns,
        std::string(path)});
    if (entries_.size() > kept_entries) {
        entries_.pop_front();
    }
    if (entry.route != ollama::Route::other) {
        last_inference_ = last_inference_ ? std::max(*last_inference_, entry.time) : entry.time;
    }
}

std::vector<TailEntry> RequestTail::entries() const {
    auto const lock = std::lock_guard(mutex_);
    return {entries_.rbegin(), entries_.rend()};
}

std::optional<std::chrono::sys_seconds> RequestTail::last_inference() const {
    auto const lock = std::lock_guard(mutex_);
    return last_inference_;
}

ollama::LogObserver RequestTail::observer(std::shared_ptr<RequestTail> tail) {
    auto observer = ollama::LogObserver{};
    observer.entry = [tail = std::move(tail)](ollama::AccessEntry const& entry) {
        tail->add(entry);
    };
    return observer;
}

} // namespace ousage::program
