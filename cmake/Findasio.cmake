# Finds standalone Asio, which most systems install as headers without a CMake package. Defines the
# target asio::asio.

find_path(asio_INCLUDE_DIR asio.hpp)
mark_as_advanced(asio_INCLUDE_DIR)
if(EXISTS "${asio_INCLUDE_DIR}/asio/version.hpp")
    file(STRINGS "${asio_INCLUDE_DIR}/asio/version.hpp" asio_line REGEX "define ASIO_VERSION [0-9]+")
    string(REGEX MATCH "[0-9]+" asio_number "${asio_line}")
    math(EXPR asio_major "${asio_number} / 100000")
    math(EXPR asio_minor "${asio_number} / 100 % 1000")
    math(EXPR asio_patch "${asio_number} % 100")
    set(asio_VERSION "${asio_major}.${asio_minor}.${asio_patch}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    asio
    REQUIRED_VARS asio_INCLUDE_DIR
    VERSION_VAR asio_VERSION
)

if(asio_FOUND AND NOT TARGET asio::asio)
    add_library(asio::asio INTERFACE IMPORTED)
    target_include_directories(asio::asio SYSTEM INTERFACE "${asio_INCLUDE_DIR}")
    target_compile_definitions(asio::asio INTERFACE ASIO_STANDALONE)
    if(asio_VERSION VERSION_LESS 1.26)
        # With clang, older versions look for coroutines only in <experimental/coroutine>.
        target_compile_definitions(
            asio::asio INTERFACE $<$<CXX_COMPILER_ID:Clang,AppleClang>:ASIO_HAS_CO_AWAIT=1>
        )
    endif()
endif()
