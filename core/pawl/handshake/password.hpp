// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/initiator.hpp>
#include <pawl/handshake/responder.hpp>

namespace pawl {

/// The password flow, PROTOCOL.md 5, in which the client proves itself first.
extern const InitiatorFlow password_initiator;
extern const ResponderFlow password_responder;

}  // namespace pawl
