# The install rules. Component `development`: the headers and the CMake package.
# Component `programs`: ousage and ousage-exporter, if they are built.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_directory "${CMAKE_INSTALL_LIBDIR}/cmake/ousage")
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
# The sources of ousage::compiled, which the user's build compiles.
install(DIRECTORY cmake/src DESTINATION "${package_directory}" COMPONENT development)
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT development)

foreach(program IN ITEMS ousage_program ousage_exporter)
    if(TARGET ${program})
        install(TARGETS ${program} COMPONENT programs)
    endif()
endforeach()
# The licences of the libraries whose code the programs contain.
install(FILES LICENSE docs/third_party.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT programs)
