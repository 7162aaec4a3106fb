// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace pawl::host {

/// Raises the limit of open files of this process to `wanted`, if it is lower. False if the system does not allow that.
bool raise_descriptor_limit(std::uint64_t wanted);

}  // namespace pawl::host
