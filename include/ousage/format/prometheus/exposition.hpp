#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/duration_histogram.hpp>
#include <ousage/format/prometheus/metric_family.hpp>
#include <ousage/json/utf8.hpp>

#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace OUSAGE_NAMESPACE {

/// The text formats that Prometheus reads.
enum class ExpositionFormat {
    text,         ///< Prometheus text format 0.0.4
    open_metrics, ///< OpenMetrics 1.0.0
};

/// The Content-Type of a format.
constexpr std::string_view content_type(ExpositionFormat format) noexcept {
    return format == ExpositionFormat::text
               ? "text/plain; version=0.0.4; charset=utf-8"
               : "application/openmetrics-text; version=1.0.0; charset=utf-8";
}

/// One label of a sample. A label with an empty value is omitted.
struct Label {
    std::string_view name;  ///< letters, digits, `_`
    std::string_view value; ///< any bytes, see `Exposition`
};

/// The labels of a sample, in the order of the output.
using Labels = std::initializer_list<Label>;

/// Writes an exposition family by family. Omits families without samples. Numbers have the shortest
/// form that parses to the same value. Label values may be any bytes: invalid UTF-8 bytes and
/// control characters become U+FFFD, and values are truncated to `label_limit` bytes. A sample with
/// the same labels as an earlier one of its family is dropped, because Prometheus rejects a whole
/// scrape with duplicate samples.
class Exposition {
public:
    /// The maximum length of a label value in bytes.
    static constexpr std::size_t label_limit = 256;
    /// The maximum number of samples, or histograms, of one family. Further ones are dropped.
    static constexpr std::size_t series_limit = 10'000;

    /// An empty exposition.
    explicit Exposition(ExpositionFormat format) : format_(format) {}

    /// Starts a family: the samples that follow belong to it. It must live until the next call of
    /// `family`, or until `finish`.
    void family(MetricFamily const& family) {
        family_ = &family;
        has_header_ = false;
        seen_.clear();
    }

    /// Adds this label as the first one of all samples that follow. An empty value removes it.
    void common_label(std::string_view name, std::string_view value) {
        common_.clear();
        append_label(common_, {name, value});
    }

    /// Adds a sample of a gauge or an info.
    template <class T>
        requires(std::integral<T> || std::floating_point<T>)
    void sample(Labels labels, T value) {
        if (begin(labels)) {
            line(family_->name, {}, value);
        }
    }

    /// Adds a sample of a counter that began at `created`, in seconds since 1970.
    template <class T>
        requires(std::integral<T> || std::floating_point<T>)
    void counter(Labels labels, T value, double created) {
        if (begin(labels)) {
            line(family_->name, {}, value);
            write_created(created);
        }
    }

    /// Adds a histogram, in seconds, that began at `created`, in seconds since 1970.
    void histogram(Labels labels, ollama::DurationHistogram const& histogram, double created) {
        if (!begin(labels)) {
            return;
        }
        auto const bounds = histogram.bounds();
        std::uint64_t below = 0;
        for (std::size_t index = 0; index < bounds.size(); ++index) {
            below += histogram.count(index);
            bucket(bound_text(static_cast<double>(bounds[index]) / 1e9), below);
        }
        bucket("+Inf", histogram.total());
        line(family_->name, "_sum", histogram.sum());
        line(family_->name, "_count", histogram.total());
        write_created(created);
    }

    /// The complete text.
    std::string finish() && {
        if (format_ == ExpositionFormat::open_metrics) {
            text_ += "# EOF\n";
        }
        return std::move(text_);
    }

private:
    // The canonical number form of OpenMetrics, so that `le` is the same in both formats.
    static std::string bound_text(double bound) {
        auto text = fmt::format(FMT_STRING("{}"), bound);
        return text.find_first_of(".e") == text.npos ? text + ".0" : text;
    }

    // Formats the labels. Returns false if the sample must be dropped: duplicate labels, or more
    // samples than `series_limit`.
    bool begin(Labels labels) {
        labels_ = common_;
        for (auto const& label : labels) {
            append_label(labels_, label);
        }
        if (seen_.size() >= series_limit || !seen_.insert(labels_).second) {
            return false;
        }
        if (!std::exchange(has_header_, true)) {
            header();
        }
        return true;
    }

    void header() {
        auto const is_text = format_ == ExpositionFormat::text;
        auto const name = is_text ? family_->name : open_metrics_name(*family_);
        auto const help = [&] {
            text_.append("# HELP ").append(name).append(" ");
            escape(text_, family_->help, is_text ? "\\\n" : "\\\n\"");
            text_ += '\n';
        };
        if (is_text) {
            help();
        }
        text_.append("# TYPE ").append(name).append(" ").append(type_name()).append("\n");
        if (!is_text) {
            if (!family_->unit.empty()) {
                text_.append("# UNIT ").append(name).append(" ").append(family_->unit) += '\n';
            }
            help();
        }
    }

    std::string_view type_name() const {
        switch (family_->type) {
        case MetricType::counter: return "counter";
        case MetricType::histogram: return "histogram";
        case MetricType::info: return format_ == ExpositionFormat::text ? "gauge" : "info";
        default: return "gauge";
        }
    }

    static void escape(std::string& into, std::string_view value, std::string_view escaped) {
        for (auto const letter : value) {
            if (escaped.find(letter) == escaped.npos) {
                into += letter;
            } else {
                into += '\\';
                into += letter == '\n' ? 'n' : letter;
            }
        }
    }

    static void append_label(std::string& into, Label const& label) {
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
            if (written > label_limit) {
                break;
            }
            if (length == 0 || is_control) {
                into += "\xEF\xBF\xBD";
            } else {
                escape(into, label.value.substr(index, length), "\\\"\n");
            }
            index += length == 0 ? 1 : length;
        }
        into += '"';
    }

    void
    name_and_labels(std::string_view name, std::string_view suffix, std::string_view more = {}) {
        text_.append(name).append(suffix);
        if (!labels_.empty() || !more.empty()) {
            text_ += '{';
            text_ += labels_;
            text_ += labels_.empty() || more.empty() ? "" : ",";
            text_.append(more);
            text_ += '}';
        }
        text_ += ' ';
    }

    template <class T>
    void line(std::string_view name, std::string_view suffix, T value) {
        name_and_labels(name, suffix);
        number(value);
        text_ += '\n';
    }

    void bucket(std::string_view bound, std::uint64_t count) {
        auto label = std::string("le=\"");
        label.append(bound) += '"';
        name_and_labels(family_->name, "_bucket", label);
        number(count);
        text_ += '\n';
    }

    void write_created(double created) {
        if (format_ == ExpositionFormat::open_metrics) {
            line(open_metrics_name(*family_), "_created", created);
        }
    }

    template <class T>
    void number(T value) {
        if constexpr (std::floating_point<T>) {
            if (!std::isfinite(value)) {
                text_ += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
                return;
            }
        }
        fmt::format_to(std::back_inserter(text_), FMT_STRING("{}"), value);
    }

    ExpositionFormat format_;
    std::string text_, labels_, common_;
    MetricFamily const* family_ = nullptr;
    bool has_header_ = false;
    std::unordered_set<std::string> seen_;
};

} // namespace OUSAGE_NAMESPACE
