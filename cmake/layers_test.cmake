# cmake -D INCLUDE=folder -P layers_test.cmake
# The arrows of the layers point downwards only: format -> ollama -> io -> core.

cmake_minimum_required(VERSION 3.25)

set(allowed_core core)
set(allowed_io io core)
set(allowed_ollama ollama io core)
set(allowed_format format ollama io core)

set(wrong 0)
foreach(layer IN ITEMS core io ollama format)
    file(GLOB_RECURSE headers RELATIVE "${INCLUDE}" "${INCLUDE}/ousage/${layer}/*.hpp")
    foreach(header IN LISTS headers)
        file(STRINGS "${INCLUDE}/${header}" lines REGEX "^ *# *include *[<\"]ousage/")
        foreach(line IN LISTS lines)
            string(REGEX REPLACE ".*[<\"]ousage/([a-z_]+)[/.].*" "\\1" used "${line}")
            if(NOT used IN_LIST allowed_${layer} AND NOT used STREQUAL "version")
                message("${header}: ${layer} must not know ${used}: ${line}")
                math(EXPR wrong "${wrong} + 1")
            endif()
        endforeach()
    endforeach()
endforeach()
if(wrong)
    message(FATAL_ERROR "${wrong} includes point upwards")
endif()
