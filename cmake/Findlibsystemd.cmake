# Finds libsystemd, which has no CMake package. Defines the target libsystemd::libsystemd.

find_path(libsystemd_INCLUDE_DIR systemd/sd-journal.h)
find_library(libsystemd_LIBRARY systemd)
mark_as_advanced(libsystemd_INCLUDE_DIR libsystemd_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
    libsystemd
    REQUIRED_VARS libsystemd_LIBRARY libsystemd_INCLUDE_DIR
)

if(libsystemd_FOUND AND NOT TARGET libsystemd::libsystemd)
    add_library(libsystemd::libsystemd UNKNOWN IMPORTED)
    set_target_properties(
        libsystemd::libsystemd
        PROPERTIES
            IMPORTED_LOCATION "${libsystemd_LIBRARY}"
            INTERFACE_INCLUDE_DIRECTORIES "${libsystemd_INCLUDE_DIR}"
    )
endif()
