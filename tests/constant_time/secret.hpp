// SPDX-License-Identifier: Apache-2.0
/// Secrets as valgrind sees them (the way of Adam Langley's ctgrind): memory without a defined value. What is computed
/// from a secret is one too, and valgrind reports every branch and every address that depends on one.
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl::test {

/// From now on these bytes are secret.
void classify(Bytes bytes);
/// From now on these bytes are public. Whoever calls this says what publishes them.
void declassify(Bytes bytes);
/// Whether each of these bytes depends on a secret. It shows that a path was about secrets to its end: without it, one
/// that lost them on the way would pass.
bool is_secret(Bytes bytes);

}  // namespace pawl::test
