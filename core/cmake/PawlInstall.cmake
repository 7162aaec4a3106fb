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
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" TYPE INCLUDE FILES_MATCHING PATTERN *.hpp PATTERN mbedtls EXCLUDE)
endforeach()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/core/pawl/crypto/mbedtls/include/pawl" TYPE INCLUDE)

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
