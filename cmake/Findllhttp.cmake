# Finds llhttp, the HTTP parser of Node.js: an installed libllhttp (Debian 13, Alpine, Homebrew), or its C
# sources, which Debian 12 ships in the package node-llhttp. packages.sh unpacks that package into
# build/node-llhttp of the source tree, because it depends on Node.js; llhttp_ROOT may name another
# directory. Defines the target llhttp::llhttp.

find_path(llhttp_INCLUDE_DIR llhttp.h PATH_SUFFIXES llhttp)
find_library(llhttp_LIBRARY llhttp)
find_path(
    llhttp_SOURCE_DIR
    NAMES llhttp.c
    HINTS "${PROJECT_SOURCE_DIR}/build/node-llhttp/usr"
    PATH_SUFFIXES share/llhttp src
)
mark_as_advanced(llhttp_INCLUDE_DIR llhttp_LIBRARY llhttp_SOURCE_DIR)
if(llhttp_SOURCE_DIR AND NOT llhttp_LIBRARY)
    find_path(
        llhttp_SOURCE_INCLUDE_DIR llhttp.h
        HINTS "${llhttp_SOURCE_DIR}/../include/llhttp" "${llhttp_SOURCE_DIR}/../include"
        NO_DEFAULT_PATH
    )
    mark_as_advanced(llhttp_SOURCE_INCLUDE_DIR)
    set(llhttp_include "${llhttp_SOURCE_INCLUDE_DIR}")
else()
    set(llhttp_include "${llhttp_INCLUDE_DIR}")
endif()
if(EXISTS "${llhttp_include}/llhttp.h")
    file(STRINGS "${llhttp_include}/llhttp.h" llhttp_lines REGEX "define LLHTTP_VERSION_[A-Z]+ [0-9]+")
    string(REGEX REPLACE "[^;0-9]+" "" llhttp_numbers "${llhttp_lines}")
    list(JOIN llhttp_numbers "." llhttp_VERSION)
endif()

# An installed version 8 accepts a space before a colon.
if(NOT llhttp_LIBRARY)
    set(llhttp_code "${llhttp_SOURCE_DIR}")
elseif(llhttp_VERSION VERSION_LESS 9)
    set(llhttp_code "")
else()
    set(llhttp_code "${llhttp_LIBRARY}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    llhttp
    REQUIRED_VARS llhttp_code llhttp_include
    VERSION_VAR llhttp_VERSION
)

if(llhttp_FOUND AND NOT TARGET llhttp::llhttp)
    if(llhttp_LIBRARY)
        add_library(llhttp::llhttp UNKNOWN IMPORTED)
        set_target_properties(llhttp::llhttp PROPERTIES IMPORTED_LOCATION "${llhttp_LIBRARY}")
        target_include_directories(llhttp::llhttp SYSTEM INTERFACE "${llhttp_include}")
    else()
        add_library(
            ousage_llhttp STATIC EXCLUDE_FROM_ALL
            "${llhttp_SOURCE_DIR}/api.c" "${llhttp_SOURCE_DIR}/http.c" "${llhttp_SOURCE_DIR}/llhttp.c"
        )
        target_include_directories(ousage_llhttp SYSTEM PUBLIC "${llhttp_include}")
        # Version 8 accepts a space before a colon by default. Version 9 has no such mode.
        target_compile_definitions(ousage_llhttp PUBLIC LLHTTP_STRICT_MODE=1)
        set_target_properties(ousage_llhttp PROPERTIES POSITION_INDEPENDENT_CODE ON)
        # Its sources are not ours: no warnings as errors.
        target_compile_options(ousage_llhttp PRIVATE -w)
        add_library(llhttp::llhttp ALIAS ousage_llhttp)
    endif()
endif()
