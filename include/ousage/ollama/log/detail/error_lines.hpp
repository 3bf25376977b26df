#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace OUSAGE_NAMESPACE::ollama::detail {

// Rejects most lines by their first character.
inline bool may_be_error_line(std::string_view line) {
    return line.starts_with('E') || line.starts_with(' ');
}

// Returns the offset of the first `Error #` or `     Meta: ` of a line; npos if there is none.
inline std::size_t find_error_text(std::string_view line) {
    auto const error = line.find("Error #");
    auto const meta = line.find("     Meta: ");
    return error < meta ? error : meta;
}

// The `Error #01: text` lines after an entry (Gin errors.go). They are numbered from 1 without a
// gap. `     Meta: ` lines between them are accepted and dropped.
class ErrorLines {
public:
    // What is stored of one entry. Further lines are read and dropped.
    static constexpr std::size_t line_limit = 1000;
    static constexpr std::size_t byte_limit = 256 * 1024;

    // Appends the text of the next line to `errors`. Returns false for any other line.
    bool append(std::string_view line, std::vector<std::string>& errors) {
        if (line.starts_with("     Meta: ")) {
            return count_ > 0;
        }
        if (!line.starts_with("Error #")) {
            return false;
        }
        auto const number = std::to_string(count_ + 1);
        auto const head = (number.size() < 2 ? "0" + number : number) + ": ";
        if (!line.substr(7).starts_with(head)) {
            return false;
        }
        line.remove_prefix(7 + head.size());
        line.remove_suffix(line.ends_with('\r') ? 1 : 0);
        ++count_;
        bytes_ += line.size();
        if (count_ <= line_limit && bytes_ <= byte_limit) {
            errors.emplace_back(line);
        }
        return true;
    }

private:
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
