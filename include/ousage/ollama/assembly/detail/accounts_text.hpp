#pragma once

#include <ousage/config.hpp>
#include <ousage/core/error.hpp>
#include <ousage/json/locate.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE::ollama::detail {

// The text of an accounts file, and failures with positions in it. The text must outlive it.
class AccountsText {
public:
    AccountsText(std::string_view text, std::string file)
        : text_(text), lines_(locate_json(text)), file_(std::move(file)) {}

    std::string_view text() const noexcept { return text_; }

    JsonLocations const& lines() const noexcept { return lines_; }

    // Returns a failure at a line.
    Failure failure_at(std::size_t line, std::string const& what) const {
        return Failure{
            {},
            make_error_code(Errc::configuration),
            file_ + ":" + std::to_string(line) + ": " + what};
    }

    // Returns a failure at the line of a value, such as `accounts[0].timeout`.
    Failure failure_at(std::string const& path, std::string const& what) const {
        return failure_at(lines_.line_of(path), what);
    }

private:
    std::string_view text_;
    JsonLocations lines_;
    std::string file_;
};

} // namespace OUSAGE_NAMESPACE::ollama::detail
