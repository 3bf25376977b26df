#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace ousage::test {

/// Sets an environment variable of this process for the lifetime of the object. Not thread-safe.
class Variable {
public:
    Variable(std::string name, std::optional<std::string> const& value) : name_(std::move(name)) {
        auto const* const before = std::getenv(name_.c_str());
        before_ = before == nullptr ? std::nullopt : std::optional<std::string>(before);
        set(value);
    }

    Variable(Variable const&) = delete;
    Variable& operator=(Variable const&) = delete;

    ~Variable() { set(before_); }

private:
    void set(std::optional<std::string> const& value) const {
        value ? ::setenv(name_.c_str(), value->c_str(), 1) : ::unsetenv(name_.c_str());
    }

    std::string name_;
    std::optional<std::string> before_;
};

} // namespace ousage::test
