#include "example/exporter/client_guard.hpp"

namespace ousage::program {

void ClientGuard::add(Client& client, std::uint64_t number) {
    client.number_ = number;
    clients_.emplace(number, &client);
    if (clients_.size() > limit_ && !waiting_.empty()) {
        auto& longest = *waiting_.front();
        stop_deadline(longest);
        longest.close();
    }
}

void ClientGuard::remove(Client& client) {
    stop_deadline(client);
    clients_.erase(client.number_);
}

void ClientGuard::response_sent(std::uint64_t number) const {
    if (auto const found = clients_.find(number); found != clients_.end()) {
        found->second->response_sent();
    }
}

void ClientGuard::start_deadline(Client& client) {
    if (client.has_deadline_) {
        return;
    }
    client.has_deadline_ = true;
    client.start_ = std::chrono::steady_clock::now();
    if (spare_.empty()) {
        spare_.emplace_back();
    }
    client.position_ = spare_.begin();
    *client.position_ = &client;
    waiting_.splice(waiting_.end(), spare_, client.position_);
    if (!is_timer_set_) {
        set_timer();
    }
}

void ClientGuard::stop_deadline(Client& client) {
    if (client.has_deadline_) {
        client.has_deadline_ = false;
        spare_.splice(spare_.end(), waiting_, client.position_);
    }
}

// Sets the timer for the earliest deadline. Stopping a deadline does not set it again.
void ClientGuard::set_timer() {
    is_timer_set_ = true;
    timer_.expires_at(waiting_.front()->start_ + timeout_);
    timer_.async_wait([this](std::error_code error) {
        if (error) {
            return;
        }
        auto const now = std::chrono::steady_clock::now();
        while (!waiting_.empty() && waiting_.front()->start_ + timeout_ <= now) {
            auto& late = *waiting_.front();
            stop_deadline(late);
            late.close();
        }
        is_timer_set_ = false;
        if (!waiting_.empty()) {
            set_timer();
        }
    });
}

} // namespace ousage::program
