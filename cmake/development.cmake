# Compiler settings of the project's own targets. They link ousage_development, which is
# ousage::compiled with warnings and sanitizers. A target that uses only the headers links
# ousage_warnings.

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(CCACHE_PROGRAM ccache)
    mark_as_advanced(CCACHE_PROGRAM)
    if(CCACHE_PROGRAM)
        set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
    endif()
endif()

add_library(ousage_warnings INTERFACE)
target_link_libraries(ousage_warnings INTERFACE ousage::ousage)
target_compile_options(
    ousage_warnings
    INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
)
# A false positive of g++ 12 at -O2: it inlines the operator new of a coroutine frame of Asio, not the
# operator delete, and reports a mismatch.
target_compile_options(
    ousage_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>
)
target_compile_definitions(ousage_warnings INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

if(OUSAGE_SANITIZERS)
    string(REPLACE ";" "," sanitizers "${OUSAGE_SANITIZERS}")
    set(sanitizer_options -fsanitize=${sanitizers} -fno-sanitize-recover=all)
    if("undefined" IN_LIST OUSAGE_SANITIZERS)
        # Its run-time library opens a pipe to test whether an object is readable, and reports an
        # invalid object if no descriptor is free (IsAccessibleMemoryRange in
        # sanitizer_posix_libcdep.cpp of LLVM 19). Some tests use all descriptors on purpose.
        list(APPEND sanitizer_options -fno-sanitize=vptr)
    endif()
    target_compile_options(
        ousage_warnings INTERFACE ${sanitizer_options} -fno-omit-frame-pointer
    )
    target_link_options(ousage_warnings INTERFACE ${sanitizer_options})
    # AddressSanitizer detects no errors in coroutine frames that Asio recycles.
    target_compile_definitions(
        ousage_warnings INTERFACE ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING
    )
endif()

# Asio's own functions are compiled once too, in development_asio.cpp.
add_library(
    ousage_development STATIC EXCLUDE_FROM_ALL ${ousage_sources}
    "${CMAKE_CURRENT_LIST_DIR}/development_asio.cpp"
)
target_link_libraries(ousage_development PUBLIC ousage_warnings)
target_compile_definitions(
    ousage_development PUBLIC OUSAGE_COMPILED=1 ASIO_SEPARATE_COMPILATION
)
if(OUSAGE_BUILD_FUZZERS)
    target_compile_options(ousage_development PRIVATE -fsanitize=fuzzer-no-link)
endif()
# Joined files compile faster, but one that misses an include may find it in another. The presets that
# compile each file alone detect that.
set(OUSAGE_JOINED_FILES 1 CACHE STRING "Compile so many files of the library or of tests as one")
if(OUSAGE_JOINED_FILES GREATER 1)
    set_target_properties(
        ousage_development PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${OUSAGE_JOINED_FILES}
    )
    set_source_files_properties(
        "${CMAKE_CURRENT_LIST_DIR}/development_asio.cpp" PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON
    )
endif()

# Target `headers`: each header alone, as the first of a file, with its definitions. The compiler only
# checks it: generating code would take three times as long. The most used headers of the standard
# library and Asio are precompiled; that none of those is missing is checked by the test `includes`.
# The headers src_<part>.hpp are compiled alone by the library itself. Those of detail/ and impl/ are
# checked without the definitions of what they include, which are checked by themselves.
option(OUSAGE_PRECOMPILE_HEADERS "Target headers: precompile the standard library and Asio" ON)
mark_as_advanced(OUSAGE_PRECOMPILE_HEADERS)
set(includes $<TARGET_PROPERTY:ousage_warnings,INTERFACE_INCLUDE_DIRECTORIES>)
set(definitions $<TARGET_PROPERTY:ousage_warnings,INTERFACE_COMPILE_DEFINITIONS>)
set(warnings $<TARGET_PROPERTY:ousage_warnings,INTERFACE_COMPILE_OPTIONS>)
set(precompiled "")
set(use_precompiled "")
if(OUSAGE_PRECOMPILE_HEADERS)
    set(file "${PROJECT_BINARY_DIR}/headers/precompiled.hpp")
    file(CONFIGURE OUTPUT "${file}" CONTENT "#include \"${CMAKE_CURRENT_LIST_DIR}/precompiled.hpp\"\n")
    set(precompiled "${file}.gch")
    set(use_precompiled -Winvalid-pch -include "${file}")
    add_custom_command(
        OUTPUT "${precompiled}"
        COMMAND
            "${CMAKE_CXX_COMPILER}" -std=c++20 -Werror "${warnings}" "-I$<JOIN:${includes},;-I>"
            "-D$<JOIN:${definitions},;-D>" -x c++-header "${file}" -o "${precompiled}"
        DEPENDS "${file}" "${CMAKE_CURRENT_LIST_DIR}/precompiled.hpp"
        COMMENT "Precompiling the standard library and Asio"
        COMMAND_EXPAND_LISTS VERBATIM
    )
endif()
set(checked "")
set(checked_headers ${headers})
list(FILTER checked_headers EXCLUDE REGEX "/src_[a-z_]+\\.hpp$")
foreach(header IN LISTS checked_headers)
    cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${PROJECT_SOURCE_DIR}/include" OUTPUT_VARIABLE name)
    string(REGEX REPLACE "[/.]" "-" stem "${name}")
    set(file "${PROJECT_BINARY_DIR}/headers/${stem}")
    file(CONFIGURE OUTPUT "${file}.cpp" CONTENT "#include <${name}>\n")
    set(compiled "")
    if(name MATCHES "/(detail|impl)/")
        set(compiled -DOUSAGE_COMPILED=1)
    endif()
    add_custom_command(
        OUTPUT "${file}.checked"
        COMMAND
            "${CMAKE_CXX_COMPILER}" -std=c++20 -fsyntax-only -Werror "${warnings}" "-I$<JOIN:${includes},;-I>"
            "-D$<JOIN:${definitions},;-D>" ${compiled} ${use_precompiled} -MD -MT "${file}.checked" -MF "${file}.d"
            "${file}.cpp"
        COMMAND "${CMAKE_COMMAND}" -E touch "${file}.checked"
        DEPENDS "${file}.cpp" ${precompiled}
        DEPFILE "${file}.d"
        COMMENT "Checking ${name}"
        COMMAND_EXPAND_LISTS VERBATIM
    )
    list(APPEND checked "${file}.checked")
endforeach()
add_custom_target(headers DEPENDS ${checked})
