#pragma once

#include <ousage/config.hpp>

#include <string>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// Whether a value needs attention.
enum class Severity {
    ok,      ///< no
    notice,  ///< soon
    warning, ///< now; shown as `!`
};

/// One value as it is shown, such as `31 %`. Empty if it is unknown.
struct Field {
    std::string text = {};            ///< with its unit, without marks
    Severity severity = Severity::ok; ///< see `Severity`
    bool estimated = false;           ///< shown as `~`
    std::string age = {};             ///< of a stale value, `2 h`; else empty
};

/// Creates a field that is neither estimated nor stale.
inline Field make_field(std::string text, Severity severity = Severity::ok) {
    auto field = Field{};
    field.text = std::move(text);
    field.severity = severity;
    return field;
}

/// Returns the text with the marks of an estimate and of a stale value, such as `~12.3k` or
/// `31 % ?2 h`. Empty for an unknown value.
inline std::string annotated(Field const& field) {
    if (field.text.empty()) {
        return {};
    }
    return (field.estimated ? "~" : "") + field.text +
           (field.age.empty() ? std::string{} : " ?" + field.age);
}

/// Returns the same with `! ` before a value whose severity is `warning`.
inline std::string marked(Field const& field) {
    auto const text = annotated(field);
    return (field.severity == Severity::warning && !text.empty() ? "! " : "") + text;
}

/// Returns the higher severity.
constexpr Severity worse(Severity left, Severity right) noexcept {
    return left < right ? right : left;
}

} // namespace OUSAGE_NAMESPACE
