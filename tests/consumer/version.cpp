// SPDX-License-Identifier: Apache-2.0
// How a program asks which Pawl it is compiled with. PACKAGE_VERSION is what CMake or pkg-config says of it.
#include <pawl/base/version.hpp>
#include <string_view>

#if PAWL_VERSION_MAJOR == 0 && PAWL_VERSION_MINOR < 1
#error "this program needs Pawl 0.1"
#endif

static_assert(std::string_view(PAWL_VERSION) == PACKAGE_VERSION);
