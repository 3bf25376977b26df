#pragma once

#include <chrono>
#include <cstddef>
#include <string>

// A namespace of its own for tests, without the options of the library.
namespace ousage::test {

/// The reaction of the scripted peer to one request.
struct Reply {
    /// How the bytes are sent.
    enum class Delivery {
        send,    ///< send all bytes
        close,   ///< send all bytes (often none), then close the connection normally
        reset,   ///< send all bytes, then reset the connection (SO_LINGER 0)
        hang,    ///< send all bytes, then nothing until the client closes
        drip,    ///< send one byte per interval
        endless, ///< send all bytes, then zeros until the client closes or `bound` is reached
        hold,    ///< send all bytes after the test calls `release`
    };

    std::string bytes;                     ///< raw response: header section and body
    Delivery delivery = Delivery::send;    ///< how the bytes are sent
    std::chrono::milliseconds interval{5}; ///< for `drip`
    std::size_t bound = 1'000'000'000;     ///< maximum number of bytes for `endless`
};

/// Returns a complete response with a JSON body and the correct length.
inline Reply json(std::string const& body, std::string const& status = "200 OK") {
    auto head = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: ";
    return {head + std::to_string(body.size()) + "\r\n\r\n" + body};
}

/// Faulty responses that a server or network can produce.
namespace fault {

inline Reply close() {
    return {{}, Reply::Delivery::close};
}

inline Reply reset() {
    return {{}, Reply::Delivery::reset};
}

inline Reply hang() {
    return {{}, Reply::Delivery::hang};
}

/// A correct response, too slow for every deadline in the tests.
inline Reply drip() {
    return {json(std::string(100'000, ' ')).bytes, Reply::Delivery::drip};
}

inline Reply garbage() {
    return {std::string("\x16\x03\x01\0\xFF\xFEgarbage\n\n", 16), Reply::Delivery::close};
}

/// A complete HTTP response with truncated JSON.
inline Reply half_json() {
    return json(R"({"models":[{"name":"tiny)");
}

/// Closes before the announced length is reached.
inline Reply long_length() {
    return {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}", Reply::Delivery::close};
}

/// An endless body without a length or chunks, which ends when the connection closes.
inline Reply endless() {
    return {"HTTP/1.1 200 OK\r\n\r\n", Reply::Delivery::endless};
}

/// An endless header section.
inline Reply endless_head() {
    return {"HTTP/1.1 200 OK\r\nX-Zero: ", Reply::Delivery::endless};
}

inline Reply redirect(std::string const& location) {
    return {"HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n"};
}

} // namespace fault

/// Sends 100 and 103 before the final response: valid, but rare.
inline Reply interim_first(std::string const& body) {
    return {
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
        json(body).bytes};
}

} // namespace ousage::test
