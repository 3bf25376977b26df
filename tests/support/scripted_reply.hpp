#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace ousage::test {

/// What the scripted peer does with one request.
struct Reply {
    /// How the bytes go out.
    enum class Way {
        send,    ///< all of them
        close,   ///< all of them (often none), then the connection is closed in order
        reset,   ///< all of them, then the connection is reset (SO_LINGER 0)
        hang,    ///< all of them, then nothing until the client goes
        drip,    ///< one byte an interval
        endless, ///< all of them, then zeros until the client goes or `bound` are sent
        hold,    ///< all of them, once the test has called `release`
    };

    std::string bytes;                     ///< raw: head and body
    Way way = Way::send;                   ///< how they go out
    std::chrono::milliseconds interval{5}; ///< of `drip`
    std::size_t bound = 1'000'000'000;     ///< bytes, of `endless`
};

/// A whole answer with a JSON body and its right length.
inline Reply json(std::string const& body, std::string const& status = "200 OK") {
    auto head = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: ";
    return {head + std::to_string(body.size()) + "\r\n\r\n" + body};
}

/// The faults of the contract's section 7, as replies.
namespace fault {

inline Reply close() {
    return {{}, Reply::Way::close};
}

inline Reply reset() {
    return {{}, Reply::Way::reset};
}

inline Reply hang() {
    return {{}, Reply::Way::hang};
}

/// A right answer, too slow for every deadline of a test.
inline Reply drip() {
    return {json(std::string(100'000, ' ')).bytes, Reply::Way::drip};
}

inline Reply garbage() {
    return {std::string("\x16\x03\x01\0\xFF\xFEgarbage\n\n", 16), Reply::Way::close};
}

/// Whole by HTTP, cut by JSON.
inline Reply half_json() {
    return json(R"({"models":[{"name":"tiny)");
}

/// Closes before the announced length.
inline Reply long_length() {
    return {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}", Reply::Way::close};
}

/// A body without an end, by chunks of no length at all: until the connection closes.
inline Reply endless() {
    return {"HTTP/1.1 200 OK\r\n\r\n", Reply::Way::endless};
}

/// A head without an end.
inline Reply endless_head() {
    return {"HTTP/1.1 200 OK\r\nX-Zero: ", Reply::Way::endless};
}

inline Reply redirect(std::string const& location) {
    return {"HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n"};
}

} // namespace fault

/// 100 and 103 before the answer: right, if rare.
inline Reply interim_first(std::string const& body) {
    return {
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
        json(body).bytes};
}

} // namespace ousage::test
