#include "example/exporter/client_guard.hpp"

namespace ousage::program {

void ClientGuard::enter(Client& client, std::uint64_t number) {
    client.number_ = number;
    clients_.emplace(number, &client);
    if (clients_.size() > limit_ && !awaited_.empty()) {
        auto& longest = *awaited_.front();
        settle(longest);
        longest.drop();
    }
}

void ClientGuard::leave(Client& client) {
    settle(client);
    clients_.erase(client.number_);
}

void ClientGuard::answered(std::uint64_t number) const {
    if (auto const found = clients_.find(number); found != clients_.end()) {
        found->second->answered();
    }
}

void ClientGuard::await(Client& client) {
    if (client.awaited_) {
        return;
    }
    client.awaited_ = true;
    client.since_ = std::chrono::steady_clock::now();
    if (spare_.empty()) {
        spare_.emplace_back();
    }
    client.place_ = spare_.begin();
    *client.place_ = &client;
    awaited_.splice(awaited_.end(), spare_, client.place_);
    if (!watching_) {
        watch();
    }
}

void ClientGuard::settle(Client& client) {
    if (client.awaited_) {
        client.awaited_ = false;
        spare_.splice(spare_.end(), awaited_, client.place_);
    }
}

// The timer is set for the one that is due first, and not again for each that is settled.
void ClientGuard::watch() {
    watching_ = true;
    timer_.expires_at(awaited_.front()->since_ + patience_);
    timer_.async_wait([this](std::error_code error) {
        if (error) {
            return;
        }
        auto const now = std::chrono::steady_clock::now();
        while (!awaited_.empty() && awaited_.front()->since_ + patience_ <= now) {
            auto& late = *awaited_.front();
            settle(late);
            late.drop();
        }
        watching_ = false;
        if (!awaited_.empty()) {
            watch();
        }
    });
}

} // namespace ousage::program
