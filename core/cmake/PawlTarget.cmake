# SPDX-License-Identifier: Apache-2.0
# What every target of Pawl's own code is compiled with. Nothing here reaches a consumer.

set(PAWL_SOURCE_DIR "${PROJECT_SOURCE_DIR}")
set(PAWL_CORE_DIR "${PROJECT_SOURCE_DIR}/core")

set(PAWL_WARNINGS
    -Wall
    -Wextra
    -Wpedantic
    -Wcast-align
    -Wconversion
    -Wdouble-promotion
    -Wextra-semi
    -Wformat=2
    -Wimplicit-fallthrough
    -Wnon-virtual-dtor
    -Wold-style-cast
    -Woverloaded-virtual
    -Wredundant-decls
    -Wshadow
    -Wsign-conversion
    -Wundef
    -Wunused
    -Wvla
    -Werror)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND PAWL_WARNINGS -Wreserved-identifier)
endif()
# At -O3 GCC 12 sees overruns inside std::string where there are none (its bug 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND PAWL_WARNINGS -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow)
endif()

# Warnings are errors where Pawl is built by itself; a project that contains Pawl may have a compiler that we never saw.
function(pawl_own_code target)
  if(PAWL_BY_ITSELF)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${PAWL_WARNINGS}>)
  endif()
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_features(${target} PUBLIC cxx_std_20)
endfunction()

# pawl_own_library(NAME SOURCES...) adds the static library pawl_NAME with the alias pawl::NAME, position independent so
# that it can go into a shared library.
function(pawl_own_library name)
  add_library(pawl_${name} STATIC ${ARGN})
  add_library(pawl::${name} ALIAS pawl_${name})
  set_target_properties(pawl_${name} PROPERTIES EXPORT_NAME ${name})
  if(UNIX)
    set_target_properties(pawl_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
  pawl_own_code(pawl_${name})
endfunction()
