#pragma once

#include <ousage/config.hpp>
#include <ousage/format/prometheus/duration_histogram.hpp>
#include <ousage/format/prometheus/exposition_format.hpp>
#include <ousage/format/prometheus/metric_family.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_set>

namespace OUSAGE_NAMESPACE {

/// One label of a sample. A label with an empty value is omitted.
struct Label {
    std::string_view name;  ///< ASCII letters, digits, `_`
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
    void family(MetricFamily const& family);

    /// Adds this label as the first one of all samples that follow. An empty value removes it.
    void common_label(std::string_view name, std::string_view value);

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
    void histogram(Labels labels, ollama::DurationHistogram const& histogram, double created);

    /// The complete text.
    std::string finish() &&;

private:
    // Formats the labels. Returns false if the sample must be dropped: duplicate labels, or more
    // samples than `series_limit`.
    bool begin(Labels labels);

    template <class T>
    void line(std::string_view name, std::string_view suffix, T value) {
        begin_line(name, suffix);
        if constexpr (std::floating_point<T>) {
            write_number(static_cast<double>(value));
        } else if constexpr (std::signed_integral<T>) {
            write_number(std::int64_t{value});
        } else {
            write_number(std::uint64_t{value});
        }
        end_line();
    }

    void write_header();
    std::string_view type_name() const;
    void begin_line(std::string_view name, std::string_view suffix, std::string_view label = {});
    void write_number(double value);
    void write_number(std::int64_t value);
    void write_number(std::uint64_t value);
    void end_line();
    void write_bucket(std::string_view bound, std::uint64_t count);
    void write_created(double created);

    ExpositionFormat format_;
    std::string text_, labels_, common_;
    MetricFamily const* family_ = nullptr;
    bool has_header_ = false;
    std::unordered_set<std::string> seen_;
};

} // namespace OUSAGE_NAMESPACE

#if !OUSAGE_COMPILED
#    include <ousage/format/prometheus/impl/exposition.hpp>
#endif
