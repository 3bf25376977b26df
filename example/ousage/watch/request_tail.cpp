#include "example/ousage/watch/request_tail.hpp"

#include <algorithm>
#include <utility>

namespace ousage::program {

namespace {

constexpr std::int64_t shown_hours = 24;
// One more, because the clocks of the log and of this machine differ.
constexpr std::size_t kept_hours = 26;

std::int64_t hour_of(std::chrono::sys_seconds time) {
    return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
}

} // namespace

void RequestTail::add(ollama::AccessEntry const& entry) {
    auto const path = entry.line.quoted_path.substr(0, entry.line.quoted_path.find('?'));
    auto const lock = std::lock_guard(mutex_);
    entries_.push_back(TailEntry{
        entry.time, entry.offset, entry.route, entry.line.status, entry.line.latency_ns,
        std::string(path)});
    if (entries_.size() > kept_entries) {
        entries_.pop_front();
    }
    if (entry.route == ollama::Route::other) {
        return;
    }
    last_inference_ = last_inference_ ? std::max(*last_inference_, entry.time) : entry.time;
    ++hours_[hour_of(entry.time)];
    if (hours_.size() > kept_hours) {
        hours_.erase(hours_.begin());
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

std::vector<std::uint64_t> RequestTail::last_day(std::chrono::sys_seconds now) const {
    auto const lock = std::lock_guard(mutex_);
    auto values = std::vector<std::uint64_t>{};
    if (entries_.empty()) {
        return values;
    }
    auto const last = hour_of(now);
    for (auto hour = last - shown_hours + 1; hour <= last; ++hour) {
        auto const found = hours_.find(hour);
        values.push_back(found == hours_.end() ? 0 : found->second);
    }
    return values;
}

ollama::LogObserver RequestTail::observer(std::shared_ptr<RequestTail> tail) {
    auto observer = ollama::LogObserver{};
    observer.entry = [tail = std::move(tail)](ollama::AccessEntry const& entry) {
        tail->add(entry);
    };
    return observer;
}

} // namespace ousage::program
