#pragma once

#include <ousage/config.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace OUSAGE_NAMESPACE::io {

/// Scans HTML for visible texts and attributes, in document order. Builds no tree, runs no scripts
/// and follows no links. Accepts any bytes. Skips scripts, styles and comments. The run time is
/// linear in the size of the text.
class HtmlScanner {
public:
    /// Called with a text between tags.
    using OnText = std::function<void(std::string const& text)>;

    /// Called with an attribute.
    using OnAttribute = std::function<void(std::string const& name, std::string const& value)>;

    /// The document must outlive the scanner.
    explicit HtmlScanner(std::string_view document) : rest_(document) {}

    /// Calls `on_text` for each non-empty text between tags. Entities are decoded, each run of
    /// white space becomes one space, and the text is trimmed. Calls `on_attribute` for each
    /// attribute that has a value; its name is in lower case.
    void scan(OnText const& on_text, OnAttribute const& on_attribute);

private:
    void skip_past(std::string_view end);
    void skip_characters(std::size_t count);
    void skip_spaces();
    void skip_raw_text(std::string const& end_tag);
    void read_tag(OnAttribute const& on_attribute);
    std::string_view read_until(std::string_view ends);
    std::string_view read_value();

    std::string_view rest_;
};

} // namespace OUSAGE_NAMESPACE::io

#if !OUSAGE_COMPILED
#    include <ousage/io/http/impl/html_scanner.hpp>
#endif
