# The install rules. Component `development`: the headers and the CMake package.
# Component `programs`: ousage and ousage-exporter, if they are built, with manual pages and completions.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The library has no binary, so its CMake package is independent of the architecture.
set(package_directory "${CMAKE_INSTALL_DATADIR}/cmake/ousage")
install(
    TARGETS ousage
    EXPORT ousageTargets
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development
    FILE_SET definitions DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development
)
install(
    EXPORT ousageTargets
    NAMESPACE ousage::
    DESTINATION "${package_directory}"
    COMPONENT development
)
configure_package_config_file(
    cmake/ousageConfig.cmake.in ousageConfig.cmake
    INSTALL_DESTINATION "${package_directory}"
)
# Before 1.0, a new minor version may be incompatible.
write_basic_package_version_file(
    ousageConfigVersion.cmake
    COMPATIBILITY SameMinorVersion
    ARCH_INDEPENDENT
)
install(
    FILES
        "${PROJECT_BINARY_DIR}/ousageConfig.cmake"
        "${PROJECT_BINARY_DIR}/ousageConfigVersion.cmake"
        cmake/Findasio.cmake
        cmake/Findlibsystemd.cmake
    DESTINATION "${package_directory}"
    COMPONENT development
)
# For builds without CMake.
set(cflags "")
foreach(definition IN LISTS ousage_definitions)
    string(APPEND cflags " -D${definition}")
endforeach()
set(requires "fmt, simdjson")
set(OUSAGE_DEBIAN_LIBRARIES "libasio-dev (>= 1:1.22)" "libfmt-dev (>= 9)" libsimdjson-dev)
foreach(
    row IN ITEMS "SQLite3 sqlite3 libsqlite3-dev" "OpenSSL openssl libssl-dev" "ZLIB zlib zlib1g-dev"
                 "libsystemd libsystemd libsystemd-dev"
)
    separate_arguments(row)
    list(POP_FRONT row name module debian)
    if(name IN_LIST ousage_packages)
        string(APPEND requires ", ${module}")
        list(APPEND OUSAGE_DEBIAN_LIBRARIES ${debian})
    endif()
endforeach()
configure_file(cmake/ousage.pc.in ousage.pc @ONLY)
install(
    FILES "${PROJECT_BINARY_DIR}/ousage.pc"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig"
    COMPONENT development
)
# The sources of ousage::compiled, which the user's build compiles.
install(DIRECTORY cmake/src DESTINATION "${package_directory}" COMPONENT development)
# Not in the component of the headers, because Debian's package has its own file.
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT licence)

# ousage_install_manual(name component [argument of install...]): the manual page and the completions of
# the program of that name.
function(ousage_install_manual name component)
    if(NOT OUSAGE_MANUAL_DIRECTORY)
        return()
    endif()
    foreach(
        row IN ITEMS "man/${name}.1 ${CMAKE_INSTALL_MANDIR}/man1"
                     "bash/${name} ${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
                     "zsh/_${name} ${CMAKE_INSTALL_DATADIR}/zsh/site-functions"
                     "fish/${name}.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d"
    )
        separate_arguments(row)
        list(POP_FRONT row file directory)
        install(
            FILES "${OUSAGE_MANUAL_DIRECTORY}/${file}"
            DESTINATION "${directory}"
            COMPONENT ${component} ${ARGN}
        )
    endforeach()
endfunction()

foreach(program IN ITEMS ousage_program ousage_exporter)
    if(TARGET ${program})
        install(TARGETS ${program} COMPONENT programs)
        get_target_property(name ${program} OUTPUT_NAME)
        ousage_install_manual(${name} programs)
    endif()
endforeach()
# The licences of the libraries whose code the programs contain.
install(FILES LICENSE docs/third_party.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT programs)

if(TARGET ousage_exporter AND CMAKE_SYSTEM_NAME STREQUAL "Linux" AND OUSAGE_HARDENING AND OUSAGE_MANUAL_DIRECTORY)
    include(package)
endif()
