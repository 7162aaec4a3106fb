# SPDX-License-Identifier: Apache-2.0
# Bare-metal RISC-V of 32 bits. PAWL_CPU is its instruction set, as -march takes it. In version 2.2 of the specification the
# instructions for control registers are part of the base, as the names of the compiler's libraries have it.

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(PAWL_CPU "rv32imac" CACHE STRING "The instruction set, as -march takes it")

set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)

# CMake's own checks compile only, and with the same processor.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PAWL_CPU)

# Freestanding, but memcpy is what it always is: Mbed TLS reads each word by one, which must not become a call.
set(flags "-march=${PAWL_CPU} -misa-spec=2.2 -mabi=ilp32 -mcmodel=medany -msmall-data-limit=0 --specs=picolibc.specs -ffreestanding")
string(APPEND flags " -fbuiltin -ffunction-sections -fdata-sections -fstack-usage")
set(CMAKE_C_FLAGS_INIT "${flags}")

# This compiler comes without the headers of C++. Those of the Arm compiler serve: the freestanding ones name no target.
set(headers /usr/lib/arm-none-eabi/include/c++)
file(GLOB versions LIST_DIRECTORIES true "${headers}/*")
if(NOT versions)
  message(FATAL_ERROR "${headers} has no C++ headers; tools/bootstrap --firmware installs them")
endif()
list(GET versions -1 headers)
set(CMAKE_CXX_FLAGS_INIT
    "${flags} -isystem ${headers} -isystem ${headers}/arm-none-eabi/thumb/v6-m/nofp \
-fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit -fno-unwind-tables")

# Helpers that the compiler calls; nothing else is linked unasked.
set(CMAKE_C_STANDARD_LIBRARIES_INIT -lgcc)
set(CMAKE_CXX_STANDARD_LIBRARIES_INIT -lgcc)

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
