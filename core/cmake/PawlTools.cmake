# SPDX-License-Identifier: Apache-2.0
# Tools around the compiler, for Pawl built by itself.

find_program(PAWL_CCACHE ccache)
if(PAWL_CCACHE AND NOT CMAKE_CXX_CLANG_TIDY)
  foreach(language IN ITEMS C CXX)
    if(NOT DEFINED CMAKE_${language}_COMPILER_LAUNCHER)
      set(CMAKE_${language}_COMPILER_LAUNCHER "${PAWL_CCACHE}")
    endif()
  endforeach()
endif()

# Ninja checks a file again when its command line changes; with the configuration's hash in it, that is also when the
# checks change.
if(CMAKE_CXX_CLANG_TIDY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/.clang-tidy")
  file(SHA256 "${PROJECT_SOURCE_DIR}/.clang-tidy" checks)
  string(SUBSTRING ${checks} 0 16 checks)
  add_compile_definitions(PAWL_TIDY_CHECKS_${checks})
endif()
