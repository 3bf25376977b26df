#include "example/exporter/http/connections.hpp"

#include <system_error>

namespace ousage::program::http {

namespace {

constexpr int silent_limit = 25; // calls of close(), 10 ms each

Limits::Duration limit_of(Limits const& limits, Phase phase) {
    switch (phase) {
    case Phase::writing: return limits.write;
    case Phase::idle: return limits.idle;
    case Phase::lingering: return limits.linger;
    default: return limits.receive;
    }
}

} // namespace

Connections::Connection::Connection(Connections& connections, Socket& socket, Phase phase)
    : connections_(connections),
      socket_(socket),
      phase_(phase),
      since_(Clock::now()),
      turn_(connections.turn_),
      position_(connections.list(phase).insert(connections.list(phase).end(), this)) {}

Connections::Connection::~Connection() {
    connections_.list(phase_).erase(position_);
}

void Connections::Connection::enter(Phase phase) {
    if (phase_ != Phase::dropped) {
        auto& to = connections_.list(phase);
        to.splice(to.end(), connections_.list(phase_), position_);
        phase_ = phase;
        since_ = Clock::now();
        turn_ = connections_.turn_;
        silent_ = 0;
    }
}

Connections::Connections(Limits const& limits) : limits_(limits) {}

std::size_t Connections::size() const noexcept {
    std::size_t sum = 0;
    for (std::size_t phase = 0; phase + 1 < phases; ++phase) { // all but `dropped`, which is last
        sum += lists_[phase].size();
    }
    return sum;
}

std::size_t Connections::size(Phase phase) const noexcept {
    return lists_[static_cast<std::size_t>(phase)].size();
}

void Connections::drop_late(Clock::time_point now) {
    for (std::size_t index = 0; index < timed_phases; ++index) {
        auto const phase = static_cast<Phase>(index);
        auto const limit = limit_of(limits_, phase);
        while (!lists_[index].empty() && now - lists_[index].front()->since_ >= limit) {
            if (phase == Phase::idle) {
                ++dropped_.idle;
            } else if (phase != Phase::lingering) {
                ++dropped_.late;
            }
            drop(*lists_[index].front());
        }
    }
}

bool Connections::evict(std::uint64_t turns) {
    Connection* oldest = nullptr;
    for (std::size_t index = 0; index < timed_phases; ++index) {
        auto const& waiting = lists_[index];
        if (!waiting.empty() && (oldest == nullptr || waiting.front()->since_ < oldest->since_)) {
            oldest = waiting.front();
        }
    }
    // No other is older, so none has waited for longer.
    if (oldest == nullptr || turn_ - oldest->turn_ < turns) {
        return false;
    }
    ++dropped_.evicted;
    drop(*oldest);
    return true;
}

void Connections::close() {
    is_closing_ = true;
    for (auto const phase : {Phase::handshake, Phase::head, Phase::idle}) {
        auto& waiting = list(phase);
        for (auto next = waiting.begin(); next != waiting.end();) {
            auto& connection = **next++; // dropping it removes it from the list
            auto error = std::error_code();
            auto const is_silent = connection.socket_.available(error) == 0 || error;
            connection.silent_ = is_silent ? connection.silent_ + 1 : 0;
            // Bytes that were read may not have been parsed yet at the first call. A request that
            // has begun may continue in another segment.
            if (connection.silent_ >= (phase == Phase::idle ? 2 : silent_limit)) {
                drop(connection);
            }
        }
    }
}

// Frees the descriptor at once. The coroutine ends when its operation completes as aborted.
void Connections::drop(Connection& connection) {
    auto ignored = std::error_code();
    if (connection.phase_ == Phase::writing) {
        // Discards the unsent data, which would remain in kernel memory after the connection ends.
        // In the other phases TCP_USER_TIMEOUT limits that time.
        connection.socket_.set_option(Socket::linger(true, 0), ignored);
    }
    connection.enter(Phase::dropped);
    connection.socket_.close(ignored);
}

} // namespace ousage::program::http
