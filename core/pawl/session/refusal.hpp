// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/session/event.hpp>
#include <pawl/wire/reject.hpp>

namespace pawl {

/// What a Reject that was parsed means to a client. Error::malformed if it is none.
Closed refusal(const Result<Reject>& reject);

}  // namespace pawl
