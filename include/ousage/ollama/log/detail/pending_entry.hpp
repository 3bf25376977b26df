#pragma once

#include <ousage/config.hpp>
#include <ousage/ollama/log/access_entry.hpp>
#include <ousage/ollama/log/detail/error_lines.hpp>
#include <ousage/ollama/log/detail/line_prefix.hpp>
#include <ousage/ollama/log/detail/line_text.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The last entry, which is held until its error lines are read.
class PendingEntry {
public:
    bool exists() const noexcept { return exists_; }

    // Copies member by member, because GCC 12 copies the whole line with a slow `rep movs`.
    void hold(AccessEntry const& entry) {
        auto& line = entry_.line;
        line.time = entry.line.time;
        line.status = entry.line.status;
        line.latency_ns = entry.line.latency_ns;
        line.client = entry.line.client;
        line.method = entry.line.method;
        line.quoted_path = entry.line.quoted_path;
        entry_.route = entry.route;
        exists_ = true;
        owns_text_ = false;
        own_offset_.reset();
        prefix_.clear();
    }

    // Stores the text before the entry in its line, and the UTC offset of that text.
    void set_prefix(std::string_view prefix, std::optional<std::chrono::seconds> offset) {
        prefix_ = prefix;
        own_offset_ = offset;
    }

    std::optional<std::chrono::seconds> own_offset() const noexcept { return own_offset_; }

    // Copies the text of the entry before its line becomes invalid.
    void copy_text() {
        if (exists_ && !owns_text_) {
            text_.store(entry_.line);
            owns_text_ = true;
        }
    }

    // Returns false if the line is not an error line of the entry for certain.
    bool may_continue(std::string_view line) const {
        return exists_ && (may_be_error_line(line) || !prefix_.empty());
    }

    // Appends an error line to the entry. It begins at once or after the prefix of the entry's
    // line. Returns false if the line is not one.
    bool append_error(std::string_view line) {
        if (!exists_) {
            return false;
        }
        if (may_be_error_line(line) && error_lines_.append(line, entry_.errors)) {
            return true;
        }
        auto const start = prefix_.empty() ? line.npos : find_error_text(line);
        return start != line.npos && is_same_prefix(prefix_, line.substr(0, start)) &&
               error_lines_.append(line.substr(start), entry_.errors);
    }

    // Returns the entry, which is no longer pending. Call `clear_errors` after using it.
    AccessEntry& release() {
        exists_ = false;
        if (owns_text_) {
            text_.restore(entry_.line);
        }
        return entry_;
    }

    void clear_errors() noexcept {
        entry_.errors.clear();
        error_lines_ = {};
    }

private:
    AccessEntry entry_;
    bool exists_ = false;
    bool owns_text_ = false; // the views of the entry point into text_
    LineText text_;
    ErrorLines error_lines_;
    std::string prefix_;
    std::optional<std::chrono::seconds> own_offset_; // of the prefix
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
