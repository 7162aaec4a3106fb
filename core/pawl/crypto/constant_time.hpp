// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

/// Whether two byte strings of the same length are equal, in time that depends on the length alone.
[[nodiscard]] bool equal(Bytes a, Bytes b);

/// Copies `from` to `to` iff `condition`, in time that depends on the length alone. Same length, no overlap.
void copy_if(bool condition, Bytes from, MutBytes to);

}  // namespace pawl
