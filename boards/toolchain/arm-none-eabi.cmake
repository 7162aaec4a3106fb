# SPDX-License-Identifier: Apache-2.0
# Bare-metal Arm. PAWL_CPU is what -mcpu takes.

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(PAWL_CPU "cortex-m3" CACHE STRING "The processor, as -mcpu takes it")

set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)

# CMake's own checks compile only, and with the same processor.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PAWL_CPU)

# Freestanding, but memcpy is what it always is: Mbed TLS reads each word by one, which must not become a call.
set(flags "-mcpu=${PAWL_CPU} -mthumb -ffreestanding -fbuiltin -ffunction-sections -fdata-sections -fstack-usage")
set(CMAKE_C_FLAGS_INIT "${flags}")
set(CMAKE_CXX_FLAGS_INIT
    "${flags} -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit -fno-unwind-tables")
set(CMAKE_ASM_FLAGS_INIT "-mcpu=${PAWL_CPU} -mthumb")

# Helpers that the compiler calls; nothing else is linked unasked.
set(CMAKE_C_STANDARD_LIBRARIES_INIT -lgcc)
set(CMAKE_CXX_STANDARD_LIBRARIES_INIT -lgcc)

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
