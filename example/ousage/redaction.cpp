#include "example/ousage/redaction.hpp"

#include <asio/ip/address.hpp>

#include <algorithm>
#include <cstddef>
#include <system_error>

namespace ousage::program {

namespace {

bool is_alphanumeric(char character) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
           (character >= 'A' && character <= 'Z');
}

bool is_word(char character) {
    return is_alphanumeric(character) || character == '_' || character == '-';
}

bool is_of_mail(char character) {
    return is_word(character) || character == '.' || character == '+' || character == '%';
}

bool is_of_address(char character) {
    return is_alphanumeric(character) || character == '.' || character == ':';
}

// True if text[begin, end) is not part of a longer word.
bool is_whole(std::string_view text, std::size_t begin, std::size_t end) {
    return (begin == 0 || !is_word(text[begin - 1])) && (end == text.size() || !is_word(text[end]));
}

std::string replaced(std::string text, std::string const& word, std::string const& replacement) {
    for (auto at = text.find(word); at != text.npos; at = text.find(word, at)) {
        if (is_whole(text, at, at + word.size())) {
            text.replace(at, word.size(), replacement);
            at += replacement.size();
        } else {
            at += word.size();
        }
    }
    return text;
}

std::string without_mail(std::string text) {
    for (auto at = text.find('@'); at != text.npos; at = text.find('@', at)) {
        auto begin = at;
        while (begin > 0 && is_of_mail(text[begin - 1])) {
            --begin;
        }
        auto end = at + 1;
        while (end < text.size() && is_of_mail(text[end])) {
            ++end;
        }
        if (begin == at || end == at + 1) {
            at = end;
            continue;
        }
        static constexpr std::string_view mask = "<e-mail>";
        text.replace(begin, end - begin, mask);
        at = begin + mask.size();
    }
    return text;
}

// True for an address of the IP that identifies a machine.
bool is_remote_address(std::string const& text) {
    std::error_code error;
    auto const address = asio::ip::make_address(text, error);
    return !error && !address.is_loopback() && !address.is_unspecified();
}

// A word is also tried without what follows its last colon, which may be a port.
std::string without_addresses(std::string_view text) {
    auto clean = std::string{};
    for (std::size_t index = 0; index < text.size();) {
        auto end = index;
        while (end < text.size() && is_of_address(text[end])) {
            ++end;
        }
        if (end == index) {
            clean += text[index++];
            continue;
        }
        auto word = std::string(text.substr(index, end - index));
        index = end;
        auto rest = std::string{};
        while (!word.empty() && (word.back() == '.' || word.back() == ':')) {
            rest = word.back() + rest; // punctuation
            word.pop_back();
        }
        if (!is_remote_address(word)) {
            auto const colon = word.rfind(':');
            if (colon != word.npos && is_remote_address(word.substr(0, colon))) {
                rest = word.substr(colon) + rest;
                word.resize(colon);
            }
        }
        clean += (is_remote_address(word) ? "<address>" : word) + rest;
    }
    return clean;
}

} // namespace

void Redaction::add(std::string text, std::string replacement) {
    if (text.empty()) {
        return;
    }
    auto const is_longer = [&text](auto const& other) { return other.first.size() < text.size(); };
    auto const at = std::find_if(replacements_.begin(), replacements_.end(), is_longer);
    replacements_.emplace(at, std::move(text), std::move(replacement));
}

std::string Redaction::apply(std::string_view text) const {
    auto clean = std::string(text);
    for (auto const& [word, replacement] : replacements_) {
        clean = replaced(std::move(clean), word, replacement);
    }
    return without_addresses(without_mail(std::move(clean)));
}

} // namespace ousage::program
