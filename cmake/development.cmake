# How we compile our own targets: they link ousage_development, which no user ever sees.

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
    find_program(CCACHE_PROGRAM ccache)
    mark_as_advanced(CCACHE_PROGRAM)
    if(CCACHE_PROGRAM)
        set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
    endif()
endif()

add_library(ousage_development INTERFACE)
target_link_libraries(ousage_development INTERFACE ousage::ousage)
target_compile_options(
    ousage_development
    INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
)
target_compile_definitions(ousage_development INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

if(OUSAGE_SANITIZERS)
    string(REPLACE ";" "," sanitizers "${OUSAGE_SANITIZERS}")
    set(sanitizer_options -fsanitize=${sanitizers} -fno-sanitize-recover=all)
    target_compile_options(
        ousage_development INTERFACE ${sanitizer_options} -fno-omit-frame-pointer
    )
    target_link_options(ousage_development INTERFACE ${sanitizer_options})
    # AddressSanitizer is blind in coroutine frames that Asio recycles.
    target_compile_definitions(
        ousage_development INTERFACE ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING
    )
endif()
