# SPDX-License-Identifier: Apache-2.0
# The devices' AES-GCM on the host, under the names of composed_gcm.hpp, beside the host's own.

# pawl_rename_composed_gcm(TARGET): gives the functions of composed_gcm.cpp, which TARGET compiles, those names.
function(pawl_rename_composed_gcm target)
  target_compile_definitions(${target} PRIVATE aes_gcm_seal=composed_gcm_seal aes_gcm_open=composed_gcm_open)
endfunction()

add_library(pawl_composed_gcm STATIC "${PAWL_CORE_DIR}/pawl/crypto/mbedtls/composed_gcm.cpp")
pawl_own_code(pawl_composed_gcm)
pawl_rename_composed_gcm(pawl_composed_gcm)
target_link_libraries(pawl_composed_gcm PRIVATE pawl::core pawl::mbedtls)
