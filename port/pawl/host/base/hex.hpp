// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <string>
#include <string_view>

namespace pawl::host {

/// Lower-case hexadecimal digits. Not for secrets: the string is not wiped.
std::string hex(Bytes bytes);

/// Reads lower-case hexadecimal digits; whether they were exactly the bytes of `out`.
bool from_hex(std::string_view digits, MutBytes out);

}  // namespace pawl::host
