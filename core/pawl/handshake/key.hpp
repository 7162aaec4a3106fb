// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/initiator.hpp>
#include <pawl/handshake/responder.hpp>

namespace pawl {

/// The key flow, PROTOCOL.md 6, in which the server proves itself first. Never with an enrolment that came from a
/// password (section 8.4).
extern const InitiatorFlow key_initiator;
extern const InitiatorFlow ticket_initiator;
extern const ResponderFlow key_responder;

}  // namespace pawl
