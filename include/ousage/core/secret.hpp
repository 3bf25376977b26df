#pragma once

#include <ousage/config.hpp>

#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// A key or a cookie. It is no aggregate and has no `<<`, so that no format, stream or log of ours
/// compiles with one; its memory is overwritten when it goes. Whoever has to send it says `reveal`.
class Secret {
public:
    /// No secret.
    Secret() = default;

    /// Takes the text over as it is.
    explicit Secret(std::string text) : text_(std::move(text)) {}

    /// The same without the blanks and line ends around it, which a file or a shell leaves.
    static Secret trimmed(std::string text) {
        text.erase(text.find_last_not_of(" \t\r\n") + 1);
        text.erase(0, text.find_first_not_of(" \t\r\n"));
        return Secret(std::move(text));
    }

    Secret(Secret const&) = default;

    Secret(Secret&& other) noexcept : text_(other.text_) { other.wipe(); }

    Secret& operator=(Secret other) noexcept {
        text_.swap(other.text_);
        return *this;
    }

    ~Secret() { wipe(); }

    /// True where there is none.
    bool empty() const noexcept { return text_.empty(); }

    /// The text itself: for the one header that carries it.
    std::string const& reveal() const noexcept { return text_; }

private:
    // Volatile, or the compiler sees that nobody reads it again.
    void wipe() noexcept {
        for (auto& letter : text_) {
            *static_cast<char volatile*>(&letter) = 0;
        }
        text_.clear();
    }

    std::string text_;
};

} // namespace OUSAGE_NAMESPACE
