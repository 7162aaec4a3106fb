// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <string>

namespace pawl::app {

/// Lower-case hexadecimal digits. Not for secrets: the string is not wiped.
std::string hex(Bytes bytes);

}  // namespace pawl::app
