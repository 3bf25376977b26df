# cmake -D INCLUDE=directory -D PAGE=file -P documented_test.cmake
# Checks that the last column of a table of PAGE mentions every public header, in backquotes and without
# `.hpp`. A mention is a suffix of the path relative to INCLUDE/ousage that no other public header has,
# such as `url` or `http/url`. Headers in detail/ and impl/ are not public.

cmake_minimum_required(VERSION 3.25)

get_filename_component(INCLUDE "${INCLUDE}" ABSOLUTE)
file(GLOB_RECURSE headers RELATIVE "${INCLUDE}/ousage" "${INCLUDE}/ousage/*.hpp")
list(FILTER headers EXCLUDE REGEX "(^|/)(detail|impl)/")
list(TRANSFORM headers REPLACE "\\.hpp$" "")
if(NOT headers)
    message(FATAL_ERROR "no header was found in ${INCLUDE}")
endif()

# Only the last column: the others use the same words for sources.
file(STRINGS "${PAGE}" rows REGEX "^\\|")
list(TRANSFORM rows REPLACE "^.*\\|([^|]*)\\|$" "\\1")
string(REGEX MATCHALL "`[a-z0-9_/]+`" mentioned "${rows}")
list(TRANSFORM mentioned REPLACE "`" "")

set(missing 0)
foreach(header IN LISTS headers)
    set(found OFF)
    foreach(mention IN LISTS mentioned)
        if(header MATCHES "(^|/)${mention}$")
            set(same_end ${headers})
            list(FILTER same_end INCLUDE REGEX "(^|/)${mention}$")
            list(LENGTH same_end count)
            if(count EQUAL 1)
                set(found ON)
                break()
            endif()
        endif()
    endforeach()
    if(NOT found)
        message("${header}.hpp is not mentioned in ${PAGE}")
        math(EXPR missing "${missing} + 1")
    endif()
endforeach()
if(missing)
    message(FATAL_ERROR "${missing} public headers are not documented")
endif()
