# SPDX-License-Identifier: Apache-2.0
# Tools around the compiler, for Pawl built by itself.

# ccache takes the headers' names from the compiler (CCACHE_DEPEND) instead of preprocessing everything first, which took
# a tenth of the time of a first build.
find_program(PAWL_CCACHE ccache)
if(PAWL_CCACHE AND NOT CMAKE_CXX_CLANG_TIDY)
  foreach(language IN ITEMS C CXX)
    if(NOT DEFINED CMAKE_${language}_COMPILER_LAUNCHER)
      set(CMAKE_${language}_COMPILER_LAUNCHER env CCACHE_DEPEND=1 "${PAWL_CCACHE}")
    endif()
  endforeach()
endif()

# The tests are many programs, and lld links one in a third of the time.
find_program(PAWL_LLD ld.lld)
if(PAWL_LLD AND NOT CMAKE_CROSSCOMPILING)
  add_link_options(-fuse-ld=lld)
endif()

# What clang-tidy has read need not be compiled as well, which would take half as long again: other builds do that. Of the
# compiler it takes the list of headers, for Ninja; there are no libraries and programs, and no commands for other tools.
#
# Ninja checks a file again when its command line changes; with the configuration's hash in it, that is also when the
# checks change.
if(CMAKE_CXX_CLANG_TIDY)
  set(CMAKE_EXPORT_COMPILE_COMMANDS OFF)
  foreach(language IN ITEMS C CXX)
    set(CMAKE_${language}_COMPILE_OBJECT
        "<CMAKE_${language}_COMPILER> <DEFINES> <INCLUDES> <FLAGS> -o <OBJECT> -c <SOURCE> -Xclang -Eonly"
        "${CMAKE_COMMAND} -E touch <OBJECT>")
    set(CMAKE_${language}_ARCHIVE_CREATE "${CMAKE_COMMAND} -E touch <TARGET>")
    set(CMAKE_${language}_ARCHIVE_FINISH "")
    set(CMAKE_${language}_LINK_EXECUTABLE "${CMAKE_COMMAND} -E touch <TARGET>")
  endforeach()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/.clang-tidy")
  file(SHA256 "${PROJECT_SOURCE_DIR}/.clang-tidy" checks)
  string(SUBSTRING ${checks} 0 16 checks)
  add_compile_definitions(PAWL_TIDY_CHECKS_${checks})
endif()
