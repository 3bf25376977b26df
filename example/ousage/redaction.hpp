#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ousage::program {

/// Removes from a text what identifies a person, an account or another machine, so that users can
/// publish it.
class Redaction {
public:
    /// Replaces `text` where it is not part of a longer word, such as a host's name. An empty text
    /// has no effect. A longer text is replaced before a shorter one.
    void add(std::string text, std::string replacement);

    /// Returns the text with all replacements. E-mail addresses become `<e-mail>`, and addresses of
    /// the IP that are neither loopback nor unspecified become `<address>`.
    std::string apply(std::string_view text) const;

private:
    std::vector<std::pair<std::string, std::string>> replacements_; // the longest first
};

} // namespace ousage::program
