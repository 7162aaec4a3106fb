# SPDX-License-Identifier: Apache-2.0
# Where the Mbed TLS source tree is. tools/bootstrap fetches it and alone knows the versions and the cache.

set(PAWL_MBEDTLS_DIR "" CACHE PATH "Mbed TLS 3.6 source tree; empty: the one that tools/bootstrap fetched")

function(pawl_find_mbedtls out)
  set(tree "${PAWL_MBEDTLS_DIR}")
  if(NOT tree)
    execute_process(
      COMMAND bash "${PAWL_SOURCE_DIR}/tools/bootstrap" --print-mbedtls
      OUTPUT_VARIABLE tree
      ERROR_VARIABLE reason
      OUTPUT_STRIP_TRAILING_WHITESPACE
      RESULT_VARIABLE failed)
    if(failed)
      message(FATAL_ERROR "Mbed TLS: ${reason}Run tools/bootstrap once, or set PAWL_MBEDTLS_DIR to a source tree.")
    endif()
  endif()
  foreach(file IN ITEMS library/sha256.c 3rdparty/p256-m/p256-m/p256-m.c)
    if(NOT EXISTS "${tree}/${file}")
      message(FATAL_ERROR "PAWL_MBEDTLS_DIR: ${tree} has no ${file}; it is no complete Mbed TLS 3.6 source tree.")
    endif()
  endforeach()
  message(STATUS "Mbed TLS: ${tree}")
  set(${out} "${tree}" PARENT_SCOPE)
endfunction()
