# The dependencies of the library. Installed packages are used; if Asio, fmt or simdjson is missing, a
# release archive pinned by its hash is fetched. Sets these lists, for the target and its package:
set(ousage_libraries asio::asio fmt::fmt simdjson::simdjson Threads::Threads ${CMAKE_DL_LIBS})
set(ousage_packages Threads asio fmt simdjson)
# Asio 1.22.1 allocates with std::aligned_alloc or with operator new, depending on the headers included
# before it: two files of one program may disagree. This definition disables std::aligned_alloc.
set(ousage_definitions ASIO_DISABLE_STD_ALIGNED_ALLOC)

include(FetchContent)
set(ousage_fetched "")
# A project that adds ousage as a subdirectory links these targets from its own directory. CMake 3.25.1
# reports a syntax error unless FIND_PACKAGE_ARGS contains GLOBAL, too.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

find_package(Threads REQUIRED)

if(NOT TARGET asio::asio)
    find_package(asio 1.22 QUIET)
    if(NOT asio_FOUND)
        FetchContent_Declare(
            asio
            URL https://github.com/chriskohlhoff/asio/archive/refs/tags/asio-1-30-2.tar.gz
            URL_HASH SHA256=755bd7f85a4b269c67ae0ea254907c078d408cce8e1a352ad2ed664d233780e8
        )
        FetchContent_MakeAvailable(asio)
        set(asio_INCLUDE_DIR "${asio_SOURCE_DIR}/asio/include" CACHE PATH "" FORCE)
        find_package(asio 1.22 REQUIRED)
    endif()
endif()

if(OUSAGE_INSTALL)
    # Without its own install rules, a fetched fmt would be missing for the installed ousage.
    set(FMT_INSTALL ON)
endif()
if(NOT TARGET fmt::fmt)
    FetchContent_Declare(
        fmt
        URL https://github.com/fmtlib/fmt/archive/refs/tags/9.1.0.tar.gz
        URL_HASH SHA256=5dea48d1fcddc3ec571ce2058e13910a0d4a6bab4cc09a809d8b1dd1c88ae6f2
        FIND_PACKAGE_ARGS 9 GLOBAL
    )
    FetchContent_MakeAvailable(fmt)
    list(APPEND ousage_fetched fmt)
endif()
if(NOT TARGET simdjson::simdjson)
    FetchContent_Declare(
        simdjson
        URL https://github.com/simdjson/simdjson/archive/refs/tags/v3.0.1.tar.gz
        URL_HASH SHA256=156b1bc5eb0561b2bd166b46d191fd3d95a3e709cc63761477d3b7aec2b6e9ed
        FIND_PACKAGE_ARGS GLOBAL
    )
    FetchContent_MakeAvailable(simdjson)
    list(APPEND ousage_fetched simdjson)
endif()
# Warnings in fetched headers are not ours. In CMake 3.25.1, the keyword SYSTEM of FetchContent_Declare
# breaks the URL_HASH before it. The targets of a project that brings its own are not modified.
foreach(fetched IN LISTS ousage_fetched)
    if(TARGET ${fetched} AND NOT ${fetched}_FOUND)
        set_target_properties(${fetched} PROPERTIES SYSTEM ON)
    endif()
endforeach()

# ousage_feature(NAME package target...): if the option OUSAGE_WITH_<NAME> is ON, or is AUTO and the
# package is found, links the targets. Defines the macro of the same name as 0 or 1.
macro(ousage_feature name package)
    if(OUSAGE_WITH_${name} STREQUAL "AUTO")
        find_package(${package} QUIET)
    elseif(OUSAGE_WITH_${name})
        find_package(${package} REQUIRED)
    endif()
    if(OUSAGE_WITH_${name} AND ${package}_FOUND)
        list(APPEND ousage_libraries ${ARGN})
        list(APPEND ousage_packages ${package})
        list(APPEND ousage_definitions OUSAGE_WITH_${name}=1)
    else()
        list(APPEND ousage_definitions OUSAGE_WITH_${name}=0)
    endif()
endmacro()

ousage_feature(SQLITE SQLite3 SQLite::SQLite3)
ousage_feature(TLS OpenSSL OpenSSL::SSL OpenSSL::Crypto)
ousage_feature(ZLIB ZLIB ZLIB::ZLIB)
ousage_feature(SYSTEMD libsystemd libsystemd::libsystemd)
