# `cpack -G DEB` in a build with the preset `package`: the packages ousage, ousage-exporter and
# libousage-dev. Their files are those of the install rules, and Debian's: the components deb_*, which
# `cmake --install` omits.

set(OUSAGE_PACKAGER "The ousage authors <packages@ousage.invalid>"
    CACHE STRING "Maintainer of the Debian packages: NAME <ADDRESS>"
)
set(package "${PROJECT_SOURCE_DIR}/cmake/package")
set(deploy "${PROJECT_SOURCE_DIR}/example/deploy")

install(
    TARGETS ousage_program
    RUNTIME DESTINATION bin COMPONENT deb_ousage EXCLUDE_FROM_ALL
)
ousage_install_manual(ousage deb_ousage EXCLUDE_FROM_ALL)

install(
    TARGETS ousage_exporter
    RUNTIME DESTINATION bin COMPONENT deb_exporter EXCLUDE_FROM_ALL
)
ousage_install_manual(ousage-exporter deb_exporter EXCLUDE_FROM_ALL)
install(
    FILES "${deploy}/systemd/ousage-exporter.service"
    DESTINATION lib/systemd/system COMPONENT deb_exporter EXCLUDE_FROM_ALL
)
install(
    FILES "${deploy}/systemd/ousage-exporter.sysusers"
    DESTINATION lib/sysusers.d RENAME ousage-exporter.conf COMPONENT deb_exporter EXCLUDE_FROM_ALL
)
install(
    FILES "${deploy}/systemd/ousage-exporter.default"
    DESTINATION /etc/default RENAME ousage-exporter COMPONENT deb_exporter EXCLUDE_FROM_ALL
    PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ # it may contain the key of the cloud
)
install(
    FILES "${deploy}/systemd/web.yml" "${deploy}/prometheus/alerts.yml" "${deploy}/prometheus/rules.yml"
          "${deploy}/grafana/ousage.json"
    DESTINATION share/doc/ousage-exporter/examples COMPONENT deb_exporter EXCLUDE_FROM_ALL
)
install(
    FILES "${PROJECT_SOURCE_DIR}/docs/embedding.md"
    DESTINATION share/doc/libousage-dev COMPONENT deb_development EXCLUDE_FROM_ALL
)

set(CPACK_PACKAGE_NAME ousage)
set(CPACK_PACKAGE_VENDOR "the ousage authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE
)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL development deb_ousage deb_exporter deb_development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
# Sets SOURCE_DATE_EPOCH; adds copyright and changelog, compresses documentation.
configure_file("${package}/project.cmake.in" "${PROJECT_BINARY_DIR}/package_project.cmake" @ONLY)
configure_file("${package}/stage.cmake.in" "${PROJECT_BINARY_DIR}/package_stage.cmake" @ONLY)
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_BINARY_DIR}/package_project.cmake")
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_BINARY_DIR}/package_stage.cmake")

set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${OUSAGE_PACKAGER}")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_OUSAGE_PACKAGE_NAME ousage)
set(CPACK_DEBIAN_OUSAGE_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_OUSAGE_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_OUSAGE_PACKAGE_RECOMMENDS "ca-certificates, tzdata")
set(CPACK_COMPONENT_OUSAGE_DESCRIPTION
    "observe an Ollama server and its cloud account
ousage reads the local server's API and log, the database of the desktop
app, the GPUs and the cloud account, and prints a snapshot as JSON or as a
table. It has a live dashboard, a line for status bars and a history."
)

set(CPACK_DEBIAN_EXPORTER_PACKAGE_NAME ousage-exporter)
set(CPACK_DEBIAN_EXPORTER_PACKAGE_SECTION net)
set(CPACK_DEBIAN_EXPORTER_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_EXPORTER_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_EXPORTER_PACKAGE_RECOMMENDS "ca-certificates, tzdata")
set(CPACK_DEBIAN_EXPORTER_PACKAGE_SUGGESTS prometheus)
set(CPACK_DEBIAN_EXPORTER_PACKAGE_CONTROL_EXTRA
    "${package}/exporter/conffiles" "${package}/exporter/postinst" "${package}/exporter/prerm"
    "${package}/exporter/postrm"
)
set(CPACK_COMPONENT_EXPORTER_DESCRIPTION
    "Prometheus exporter for Ollama
ousage-exporter polls Ollama servers and serves metrics for Prometheus, the
same values as JSON, and a page for people. It runs as a systemd service."
)

set(CPACK_DEBIAN_LIBOUSAGE_DEV_PACKAGE_NAME libousage-dev)
set(CPACK_DEBIAN_LIBOUSAGE_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBOUSAGE_DEV_PACKAGE_ARCHITECTURE all)
list(
    JOIN
    OUSAGE_DEBIAN_LIBRARIES
    ", "
    CPACK_DEBIAN_LIBOUSAGE_DEV_PACKAGE_DEPENDS
)
set(CPACK_COMPONENT_LIBOUSAGE_DEV_DESCRIPTION
    "C++20 library that observes Ollama (headers)
The headers of ousage, which collects the state of Ollama servers, their
logs and the cloud account by coroutines on Asio, with its CMake package
and its pkg-config file."
)

include(CPack)
cpack_add_component_group(ousage)
cpack_add_component_group(exporter)
cpack_add_component_group(libousage_dev)
cpack_add_component(deb_ousage GROUP ousage)
cpack_add_component(deb_exporter GROUP exporter)
cpack_add_component(development GROUP libousage_dev)
cpack_add_component(deb_development GROUP libousage_dev)
