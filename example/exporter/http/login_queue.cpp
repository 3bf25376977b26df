#include "example/exporter/http/login_queue.hpp"

#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace ousage::program::http {

namespace {

// Number of idle clients above which all of them are forgotten.
constexpr std::size_t remembered = 1024;

std::string key_of(asio::ip::address const& address) {
    if (address.is_v4()) {
        return address.to_string();
    }
    auto const v6 = address.to_v6();
    if (v6.is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
    }
    auto const bytes = v6.to_bytes();
    return {bytes.begin(), bytes.begin() + 8};
}

} // namespace

// A check that waits until the timer is cancelled.
struct LoginQueue::Waiter {
    enum class State { waiting, admitted, refused };

    Waiter(asio::any_io_executor const& executor, std::uint64_t number)
        : arrival(number), timer(executor, asio::steady_timer::time_point::max()) {}

    void resume(State next) {
        state = next;
        timer.cancel();
    }

    State state = State::waiting;
    std::uint64_t arrival; // order of arrival
    asio::steady_timer timer;
};

LoginQueue::LoginQueue(std::size_t running, std::size_t waiting)
    : running_limit_(running), waiting_limit_(waiting) {}

asio::awaitable<LoginQueue::Slot> LoginQueue::enter(asio::ip::address address) {
    auto const key = key_of(address);
    if (running_ < running_limit_) {
        ++running_;
        register_client(key).round = round_ + 1;
        co_return Slot(*this);
    }
    if (waiting_ >= waiting_limit_ && !make_room(key)) {
        co_return Slot();
    }
    auto const executor = co_await asio::this_coro::executor;
    auto const waiter = std::make_shared<Waiter>(executor, ++arrivals_);
    register_client(key).waiters.push_back(waiter);
    ++waiting_;
    auto error = std::error_code();
    co_await waiter->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (waiter->state == Waiter::State::admitted) {
        co_return Slot(*this);
    }
    if (waiter->state == Waiter::State::waiting) { // cancelled
        remove(clients_[key], waiter);
    }
    co_return Slot();
}

// Returns the entry of a client, and removes those that have not been used for a minute.
LoginQueue::Client& LoginQueue::register_client(std::string const& key) {
    auto const now = std::chrono::steady_clock::now();
    auto const limit =
        clients_.size() < remembered ? std::chrono::seconds(60) : std::chrono::seconds(0);
    std::erase_if(clients_, [&](auto const& entry) {
        return entry.second.waiters.empty() && now - entry.second.seen >= limit;
    });
    auto const [entry, is_new] = clients_.try_emplace(key);
    auto& client = entry->second;
    if (is_new) {
        client.round = round_ - 1;
    } else if (client.waiters.empty()) {
        client.round = std::max(client.round, round_);
    }
    client.seen = now;
    return client;
}

// Refuses the last check of the client with most of them, unless that is the client of `key`.
bool LoginQueue::make_room(std::string const& key) {
    auto const size = [](auto const& entry) { return entry.second.waiters.size(); };
    auto const most = std::ranges::max_element(clients_, {}, size);
    auto const own = clients_.find(key);
    auto const own_size = own == clients_.end() ? 0 : size(*own);
    if (most == clients_.end() || size(*most) <= own_size + 1) {
        return false;
    }
    auto const last = most->second.waiters.back();
    remove(most->second, last);
    last->resume(Waiter::State::refused);
    return true;
}

void LoginQueue::leave() {
    --running_;
    admit_next();
}

void LoginQueue::admit_next() {
    Client* next = nullptr;
    for (auto& [key, client] : clients_) {
        if (!client.waiters.empty() &&
            (next == nullptr || std::pair(client.round, client.waiters.front()->arrival) <
                                    std::pair(next->round, next->waiters.front()->arrival))) {
            next = &client;
        }
    }
    if (next == nullptr) {
        return;
    }
    auto const waiter = next->waiters.front();
    round_ = std::max(round_, next->round);
    next->round = round_ + 1;
    remove(*next, waiter);
    ++running_;
    waiter->resume(Waiter::State::admitted);
}

void LoginQueue::remove(Client& client, std::shared_ptr<Waiter> const& waiter) {
    waiting_ -= client.waiters.remove(waiter);
}

} // namespace ousage::program::http
