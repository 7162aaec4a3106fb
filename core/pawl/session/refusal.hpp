// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/session/event.hpp>

namespace pawl {

/// What the Reject in `frame` means to a client; Error::malformed if it is none. `echo` as parse_reject().
Closed read_reject(Bytes frame, Bytes echo = {});

}  // namespace pawl
