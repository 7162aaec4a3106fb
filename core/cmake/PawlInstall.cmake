# SPDX-License-Identifier: Apache-2.0
# cmake --install: the libraries, their headers, a CMake package and a pkg-config file.

include(CMakePackageConfigHelpers)

if(PAWL_CONFIG_HEADER)
  message(STATUS "PAWL_CONFIG_HEADER is set: nothing is installed, since an installed Pawl has the default limits")
  return()
endif()

set(libraries pawl_mbedtls pawl_core)
set(header_folders core/pawl)
if(PAWL_BUILD_PORT)
  list(APPEND libraries pawl_port)
  list(APPEND header_folders port/pawl)
endif()
install(TARGETS ${libraries} EXPORT pawl)
foreach(folder IN LISTS header_folders)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" TYPE INCLUDE FILES_MATCHING PATTERN *.hpp)
endforeach()

# The headers of Mbed TLS that Pawl's own include, in a folder where no other Mbed TLS looks. Our configuration takes the
# name that upstream's headers look for by default.
get_target_property(mbedtls pawl_mbedtls PAWL_MBEDTLS_TREE)
set(mbedtls_headers
    build_info.h
    check_config.h
    config_adjust_legacy_crypto.h
    config_adjust_ssl.h
    config_adjust_x509.h
    private_access.h
    sha256.h)
list(TRANSFORM mbedtls_headers PREPEND "${mbedtls}/include/mbedtls/")
set(mbedtls_include "${CMAKE_INSTALL_INCLUDEDIR}/pawl-mbedtls")
install(FILES ${mbedtls_headers} DESTINATION "${mbedtls_include}/mbedtls")
install(FILES "${PROJECT_SOURCE_DIR}/core/pawl/crypto/mbedtls/mbedtls_config.h" DESTINATION "${mbedtls_include}/mbedtls")
install(FILES "${mbedtls}/LICENSE" DESTINATION "${mbedtls_include}")

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/pawl")
install(EXPORT pawl NAMESPACE pawl:: DESTINATION "${package_dir}" FILE pawl-targets.cmake)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/pawl-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES core/cmake/pawl-config.cmake "${PROJECT_BINARY_DIR}/pawl-config-version.cmake" DESTINATION "${package_dir}")

# The pkg-config file finds its prefix from where it lies, so that an installed tree can be moved.
set(pawl_pc_libs "-lpawl_core -lpawl_mbedtls")
if(PAWL_BUILD_PORT)
  string(PREPEND pawl_pc_libs "-lpawl_port ")
endif()
file(RELATIVE_PATH pawl_pc_prefix "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
configure_file(core/cmake/pawl.pc.in pawl.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/pawl.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
