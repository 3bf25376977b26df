#pragma once

#include <span>
#include <string_view>

namespace ousage::program {

/// One file of the web page, from the directory `page`. cmake/embed_page.cmake writes the
/// definition at build time.
struct PageFile {
    std::string_view path;         ///< `/` for index.html, else such as `/page.css`
    std::string_view content_type; ///< with its charset
    std::string_view body;         ///< the bytes of the file
};

/// Returns all files of the web page.
std::span<PageFile const> page_files();

} // namespace ousage::program
