// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <string>
#include <string_view>

namespace pawl::host {

/// The two lower-case hexadecimal digits of a byte. For secrets too, if whoever keeps them wipes them.
ByteArray<2> hex_digits(std::uint8_t byte);

/// `bytes` as lower-case hexadecimal digits. It is not for secrets, because the string is not wiped.
std::string hex(Bytes bytes);

/// Reads lower-case hexadecimal digits into `out`. False unless all are such digits and they fill it exactly.
bool from_hex(std::string_view digits, MutBytes out);

}  // namespace pawl::host
