// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pawl::test {

/// The control: from now on MACs and tags are compared by a function that stops at the first difference.
void plant_early_exit();

}  // namespace pawl::test
