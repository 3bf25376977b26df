#pragma once

#include <asio/ip/tcp.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>

namespace ousage::program::http {

/// What a connection is doing. In every phase before `busy`, the server waits for the client.
enum class Phase : std::size_t {
    handshake, ///< TLS handshake
    head,      ///< reading the headers of a request; a new connection begins here without TLS
    body,      ///< reading the body of a request
    writing,   ///< writing a response
    idle,      ///< between two requests
    lingering, ///< closed by the server; reading until the client closes, too
    busy,      ///< the response is being computed
    dropped,   ///< closed by the server before the end; its coroutine ends soon
};

/// The limits of a server.
struct Limits {
    using Duration = std::chrono::steady_clock::duration;

    std::size_t connections = 512;               ///< concurrent connections
    Duration receive = std::chrono::seconds(10); ///< for a handshake, for a head, for a body
    Duration write = std::chrono::seconds(10);   ///< for a response
    Duration idle = std::chrono::seconds(60);    ///< between two requests
    Duration linger = std::chrono::seconds(1);   ///< until the client closes, too
    std::size_t drain = 2 * 1024 * 1024;         ///< bytes read and ignored while lingering
    int send_buffer = 64 * 1024;                 ///< SO_SNDBUF, in bytes
};

/// The connections of a server and their deadlines. A deadline applies to a whole phase: a byte now
/// and then does not extend it. Used on one thread; must outlive its connections.
class Connections {
public:
    using Clock = std::chrono::steady_clock;
    using Socket = asio::ip::tcp::socket::lowest_layer_type;

    /// The registration of a connection, for the lifetime of its coroutine.
    class Connection {
    public:
        /// Registers a connection. The socket must outlive the registration.
        Connection(Connections& connections, Socket& socket, Phase phase);
        Connection(Connection const&) = delete;
        Connection& operator=(Connection const&) = delete;
        ~Connection();

        /// Returns the current phase.
        Phase phase() const noexcept { return phase_; }

        /// Enters a phase and starts its deadline. A dropped connection remains dropped: its next
        /// operation fails, because its socket is closed.
        void enter(Phase phase);

        /// Returns true if the server is shutting down: no further request is read.
        bool is_closing() const noexcept { return connections_.is_closing_; }

        /// Returns the limits of the server.
        Limits const& limits() const noexcept { return connections_.limits_; }

    private:
        friend Connections;
        Connections& connections_;
        Socket& socket_;
        Phase phase_;
        Clock::time_point since_;
        std::uint64_t turn_ = 0; // of the event loop, in which the phase began
        int silent_ = 0;         // calls of close() in succession that found no unread byte
        std::list<Connection*>::iterator position_;
    };

    /// Numbers of dropped connections by reason.
    struct Dropped {
        std::uint64_t late = 0;    ///< exceeded a deadline while receiving or writing
        std::uint64_t idle = 0;    ///< exceeded the deadline between two requests
        std::uint64_t evicted = 0; ///< closed at the limit in favour of a new connection
    };

    explicit Connections(Limits const& limits);
    Connections(Connections const&) = delete;
    Connections& operator=(Connections const&) = delete;

    Limits const& limits() const noexcept { return limits_; }

    Dropped const& dropped() const noexcept { return dropped_; }

    /// Returns the number of connections that are not dropped.
    std::size_t size() const noexcept;

    /// Returns the number of connections in a phase.
    std::size_t size(Phase phase) const noexcept;

    /// Drops the connections whose deadline is not after `now`.
    void drop_late(Clock::time_point now);

    /// Begins a turn of the event loop: everything that was ready at the last call has run.
    void begin_turn() noexcept { ++turn_; }

    /// Turns of the event loop after which bytes that had been received before have been
    /// processed: the coroutine starts, reads, and parses.
    static constexpr std::uint64_t settling_turns = 3;

    /// Drops the connection for which the server has waited longest, if its phase began at least
    /// `turns` turns ago. Returns false if there is none.
    bool evict(std::uint64_t turns = settling_turns);

    /// Starts the shutdown: each connection ends after its current response. Call it repeatedly,
    /// until `size` is 0: it drops the connections that had no unread byte at two calls in
    /// succession if they are idle, at 25 in a handshake or a head.
    void close();

private:
    static constexpr std::size_t phases = static_cast<std::size_t>(Phase::dropped) + 1;
    static constexpr std::size_t timed_phases = static_cast<std::size_t>(Phase::busy);

    std::list<Connection*>& list(Phase phase) { return lists_[static_cast<std::size_t>(phase)]; }

    static void drop(Connection& connection);

    Limits limits_;
    Dropped dropped_;
    std::uint64_t turn_ = 0;
    bool is_closing_ = false;
    // By phase, in the order of entry. Entering a phase moves a list node, without an allocation.
    std::array<std::list<Connection*>, phases> lists_;
};

} // namespace ousage::program::http
