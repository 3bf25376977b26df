#pragma once

#include <ousage/config.hpp>

#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// A key or a cookie. It is not an aggregate and has no `<<`, so that code that would format,
/// stream or log it does not compile. Its memory is overwritten on destruction. Code that sends the
/// secret calls `reveal`.
class Secret {
public:
    /// An empty secret.
    Secret() = default;

    /// A secret with exactly this text.
    explicit Secret(std::string text) : text_(std::move(text)) {}

    /// A secret without leading and trailing spaces, tabs and line ends, which often remain from a
    /// file or a shell.
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

    /// True if the secret is empty.
    bool empty() const noexcept { return text_.empty(); }

    /// The text in clear, for the header that transmits it.
    std::string const& reveal() const noexcept { return text_; }

private:
    // Volatile, because the compiler may remove stores that are never read.
    void wipe() noexcept {
        for (auto& byte : text_) {
            *static_cast<char volatile*>(&byte) = 0;
        }
        text_.clear();
    }

    std::string text_;
};

} // namespace OUSAGE_NAMESPACE
