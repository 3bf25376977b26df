# Writes the files of the exporter's web page as a C++ source that defines ousage::program::page_files:
#   cmake -D DIRECTORY=example/exporter/page -D OUTPUT=page_files.cpp -P cmake/embed_page.cmake

set(text "// Written by cmake/embed_page.cmake.\n#include \"example/exporter/page_files.hpp\"\n\n")
string(APPEND text "namespace ousage::program {\n\nnamespace {\n\n")
set(rows "")
foreach(entry IN ITEMS
    "index.html|/|text/html" "page.css|/page.css|text/css" "page.js|/page.js|text/javascript"
    "icon.svg|/icon.svg|image/svg+xml"
)
    string(REPLACE "|" ";" entry "${entry}")
    list(GET entry 0 file)
    list(GET entry 1 path)
    list(GET entry 2 type)
    string(MAKE_C_IDENTIFIER "${file}" name)
    file(READ "${DIRECTORY}/${file}" bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
    string(REPEAT "...." 22 line)
    string(REGEX REPLACE "(${line})" "\\1\"\n    \"" bytes "${bytes}")
    string(APPEND text "constexpr char ${name}[] =\n    \"${bytes}\";\n\n")
    string(
        APPEND rows
        "    {\"${path}\", \"${type}; charset=utf-8\", {${name}, sizeof(${name}) - 1}},\n"
    )
endforeach()
string(APPEND text "constexpr PageFile files[] = {\n${rows}};\n\n} // namespace\n\n")
string(APPEND text "std::span<PageFile const> page_files() {\n    return files;\n}\n\n")
string(APPEND text "} // namespace ousage::program\n")
file(WRITE "${OUTPUT}" "${text}")
