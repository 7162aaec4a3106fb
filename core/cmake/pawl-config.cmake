# SPDX-License-Identifier: Apache-2.0
# find_package(pawl): the targets pawl::core and, on POSIX systems, pawl::port.

include("${CMAKE_CURRENT_LIST_DIR}/pawl-targets.cmake")
