#pragma once

#include "wait_until.hpp"
#include <ousage/testing/scripted_peer.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <cstddef>
#include <future>
#include <string>
#include <thread>

namespace ousage::test {

/// A scripted peer on its own thread, for tests of other processes.
class ThreadedPeer {
public:
    /// `script(ScriptedPeer&)` sets the script before the first request is accepted.
    template <class Script>
    explicit ThreadedPeer(Script script) : peer_(context_) {
        script(peer_);
        thread_ = std::thread([this] { context_.run(); });
    }

    ThreadedPeer(ThreadedPeer const&) = delete;
    ThreadedPeer& operator=(ThreadedPeer const&) = delete;

    ~ThreadedPeer() { stop(); }

    /// Stops the thread; after that, the recorded requests can be read.
    ScriptedPeer const& stop() {
        if (thread_.joinable()) {
            asio::post(context_, [this] { peer_.stop(); });
            thread_.join();
        }
        return peer_;
    }

    /// Waits until the peer has received at least that many requests. Throws after 30 seconds.
    void wait_for(std::size_t requests) {
        wait_until("the peer has received the requests", [&] {
            auto count = std::promise<std::size_t>();
            asio::post(context_, [&] { count.set_value(peer_.requests().size()); });
            return count.get_future().get() >= requests;
        });
    }

    /// Replaces the replies for `METHOD /target` with one reply.
    void respond(std::string const& line, Reply const& reply) {
        auto done = std::promise<void>();
        asio::post(context_, [&] {
            peer_.only(line, reply);
            done.set_value();
        });
        done.get_future().wait();
    }

    /// Returns `http://127.0.0.1:PORT`.
    std::string url() const { return io::to_string(peer_.url()); }

private:
    asio::io_context context_{1};
    ScriptedPeer peer_;
    std::thread thread_;
};

} // namespace ousage::test
