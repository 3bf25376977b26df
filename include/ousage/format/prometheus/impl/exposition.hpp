#pragma once

#include <ousage/format/prometheus/exposition.hpp>
#include <ousage/json/utf8.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace OUSAGE_NAMESPACE {

namespace detail {

// Appends `value`, with a backslash before each byte of `escaped`. A newline becomes `\n`.
inline void append_escaped(std::string& into, std::string_view value, std::string_view escaped) {
    for (auto const character : value) {
        if (escaped.find(character) == escaped.npos) {
            into += character;
        } else {
            into += '\\';
            into += character == '\n' ? 'n' : character;
        }
    }
}

inline void append_label(std::string& into, Label const& label) {
    if (label.value.empty()) {
        return;
    }
    into += into.empty() ? "" : ",";
    into.append(label.name).append("=\"");
    std::size_t written = 0;
    for (std::size_t index = 0; index < label.value.size();) {
        auto const length = utf8_length(label.value, index);
        auto const code = static_cast<unsigned char>(label.value[index]);
        auto const is_control = (code < 0x20 && code != '\n') || code == 0x7F;
        written += length == 0 || is_control ? 3 : length;
        if (written > Exposition::label_limit) {
            break;
        }
        if (length == 0 || is_control) {
            into += "\xEF\xBF\xBD";
        } else {
            append_escaped(into, label.value.substr(index, length), "\\\"\n");
        }
        index += length == 0 ? 1 : length;
    }
    into += '"';
}

// The canonical number form of OpenMetrics, so that `le` is the same in both formats.
inline std::string bound_text(double bound) {
    auto text = fmt::format(FMT_STRING("{}"), bound);
    return text.find_first_of(".e") == text.npos ? text + ".0" : text;
}

} // namespace detail

OUSAGE_DECL void Exposition::family(MetricFamily const& family) {
    family_ = &family;
    has_header_ = false;
    seen_.clear();
}

OUSAGE_DECL void Exposition::common_label(std::string_view name, std::string_view value) {
    common_.clear();
    detail::append_label(common_, {name, value});
}

OUSAGE_DECL void
Exposition::histogram(Labels labels, ollama::DurationHistogram const& histogram, double created) {
    if (!begin(labels)) {
        return;
    }
    auto const bounds = histogram.bounds();
    std::uint64_t below = 0;
    for (std::size_t index = 0; index < bounds.size(); ++index) {
        below += histogram.count(index);
        write_bucket(detail::bound_text(static_cast<double>(bounds[index]) / 1e9), below);
    }
    write_bucket("+Inf", histogram.total());
    line(family_->name, "_sum", histogram.sum());
    line(family_->name, "_count", histogram.total());
    write_created(created);
}

OUSAGE_DECL std::string Exposition::finish() && {
    if (format_ == ExpositionFormat::open_metrics) {
        text_ += "# EOF\n";
    }
    return std::move(text_);
}

OUSAGE_DECL bool Exposition::begin(Labels labels) {
    labels_ = common_;
    for (auto const& label : labels) {
        detail::append_label(labels_, label);
    }
    if (seen_.size() >= series_limit || !seen_.insert(labels_).second) {
        return false;
    }
    if (!std::exchange(has_header_, true)) {
        write_header();
    }
    return true;
}

OUSAGE_DECL void Exposition::write_header() {
    auto const is_text = format_ == ExpositionFormat::text;
    auto const name = is_text ? family_->name : open_metrics_name(*family_);
    auto const write_help = [&] {
        text_.append("# HELP ").append(name).append(" ");
        detail::append_escaped(text_, family_->help, is_text ? "\\\n" : "\\\n\"");
        text_ += '\n';
    };
    if (is_text) {
        write_help();
    }
    text_.append("# TYPE ").append(name).append(" ").append(type_name()).append("\n");
    if (!is_text) {
        if (!family_->unit.empty()) {
            text_.append("# UNIT ").append(name).append(" ").append(family_->unit) += '\n';
        }
        write_help();
    }
}

OUSAGE_DECL std::string_view Exposition::type_name() const {
    switch (family_->type) {
    case MetricType::counter: return "counter";
    case MetricType::histogram: return "histogram";
    case MetricType::info: return format_ == ExpositionFormat::text ? "gauge" : "info";
    default: return "gauge";
    }
}

OUSAGE_DECL void
Exposition::begin_line(std::string_view name, std::string_view suffix, std::string_view label) {
    text_.append(name).append(suffix);
    if (!labels_.empty() || !label.empty()) {
        text_ += '{';
        text_ += labels_;
        text_ += labels_.empty() || label.empty() ? "" : ",";
        text_.append(label);
        text_ += '}';
    }
    text_ += ' ';
}

OUSAGE_DECL void Exposition::write_number(double value) {
    if (std::isfinite(value)) {
        fmt::format_to(std::back_inserter(text_), FMT_STRING("{}"), value);
    } else {
        text_ += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    }
}

OUSAGE_DECL void Exposition::write_number(std::int64_t value) {
    fmt::format_to(std::back_inserter(text_), FMT_STRING("{}"), value);
}

OUSAGE_DECL void Exposition::write_number(std::uint64_t value) {
    fmt::format_to(std::back_inserter(text_), FMT_STRING("{}"), value);
}

OUSAGE_DECL void Exposition::end_line() {
    text_ += '\n';
}

OUSAGE_DECL void Exposition::write_bucket(std::string_view bound, std::uint64_t count) {
    auto label = std::string("le=\"");
    label.append(bound) += '"';
    begin_line(family_->name, "_bucket", label);
    write_number(count);
    end_line();
}

OUSAGE_DECL void Exposition::write_created(double created) {
    if (format_ == ExpositionFormat::open_metrics) {
        line(open_metrics_name(*family_), "_created", created);
    }
}

} // namespace OUSAGE_NAMESPACE
