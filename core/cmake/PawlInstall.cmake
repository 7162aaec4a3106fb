# SPDX-License-Identifier: Apache-2.0
# cmake --install: the libraries, their headers, a CMake package and a pkg-config file.

include(CMakePackageConfigHelpers)

if(PAWL_CONFIG_HEADER)
  message(STATUS "PAWL_CONFIG_HEADER is set: nothing is installed, since an installed Pawl has the default limits")
  return()
endif()

set(libraries pawl_core pawl_${PAWL_CRYPTO} pawl_port pawl_baremetal)
if(PAWL_CRYPTO STREQUAL mbedtls)
  set(pawl_pc_libs "-lpawl_core -lpawl_mbedtls")
else()
  # Pawl's libraries are static: their users link OpenSSL themselves.
  set(pawl_pc_libs "-lpawl_core")
  set(pawl_pc_requires "libcrypto >= 3.0")
  list(APPEND pawl_find_packages "OpenSSL 3.0 COMPONENTS Crypto")
endif()
if(PAWL_BUILD_POSIX)
  list(APPEND libraries pawl_posix)
else()
  list(APPEND absent PATTERN posix EXCLUDE)
endif()
if(PAWL_BUILD_HOST)
  list(APPEND libraries pawl_host)
  list(APPEND pawl_find_packages "SQLite3" "tomlplusplus")
else()
  list(APPEND absent PATTERN host EXCLUDE)
endif()
install(TARGETS ${libraries} EXPORT pawl)
foreach(folder IN ITEMS core/pawl port/pawl)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" TYPE INCLUDE FILES_MATCHING PATTERN *.hpp
          PATTERN mbedtls EXCLUDE PATTERN openssl EXCLUDE PATTERN sim EXCLUDE PATTERN posix/socket.hpp EXCLUDE
          PATTERN store/toml_file.hpp EXCLUDE PATTERN store/sqlite.hpp EXCLUDE
          PATTERN store/sqlite_format.hpp EXCLUDE
          PATTERN store/sqlite_rows.hpp EXCLUDE PATTERN store/users_database.hpp EXCLUDE ${absent})
endforeach()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/core/pawl/crypto/${PAWL_CRYPTO}/include/pawl" TYPE INCLUDE)

foreach(package IN LISTS pawl_find_packages)
  string(APPEND pawl_dependencies "find_dependency(${package})\n")
endforeach()
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/pawl")
install(EXPORT pawl NAMESPACE pawl:: DESTINATION "${package_dir}" FILE pawl-targets.cmake)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/pawl-config-version.cmake" COMPATIBILITY SameMinorVersion)
configure_file(core/cmake/pawl-config.cmake.in pawl-config.cmake @ONLY)
foreach(file IN ITEMS pawl-config.cmake pawl-config-version.cmake)
  install(FILES "${PROJECT_BINARY_DIR}/${file}" DESTINATION "${package_dir}")
endforeach()

# The pkg-config file finds its prefix from where it lies, so that an installed tree can be moved.
string(PREPEND pawl_pc_libs "-lpawl_port ")
if(PAWL_BUILD_POSIX)
  string(PREPEND pawl_pc_libs "-lpawl_posix ")
endif()
file(RELATIVE_PATH pawl_pc_prefix "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
configure_file(core/cmake/pawl.pc.in pawl.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/pawl.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
