# OUSAGE_HARDENING, for programs that are packaged: the options that Debian hardens its packages with.
# Included before any target. Paths of the build machine do not get into the objects, so that two builds
# give the same bytes.

# The date of everything generated: that of the last commit, or today's without git.
if("$ENV{SOURCE_DATE_EPOCH}" STREQUAL "")
    execute_process(
        COMMAND git -C "${PROJECT_SOURCE_DIR}" log -1 --format=%ct
        OUTPUT_VARIABLE OUSAGE_SOURCE_DATE
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
    )
    if(NOT OUSAGE_SOURCE_DATE)
        string(TIMESTAMP OUSAGE_SOURCE_DATE "%s" UTC)
    endif()
    set(ENV{SOURCE_DATE_EPOCH} "${OUSAGE_SOURCE_DATE}")
else()
    set(OUSAGE_SOURCE_DATE "$ENV{SOURCE_DATE_EPOCH}")
endif()

include(CheckPIESupported)
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_compile_options(
    -fstack-protector-strong
    -fstack-clash-protection
    -Wformat
    -Werror=format-security
    "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=."
    # Needs optimisation.
    $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE>
    $<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-D_FORTIFY_SOURCE=2>
)
add_link_options(-Wl,-z,relro -Wl,-z,now)
