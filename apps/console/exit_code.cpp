// SPDX-License-Identifier: Apache-2.0
#include "exit_code.hpp"

namespace pawl::app {
namespace {

constexpr ExitCodeMeaning kExitCodes[] = {
    {ExitCode::ok, "all went well"},
    {ExitCode::internal, "a fault of pawl itself"},
    {ExitCode::usage, "wrong arguments or input"},
    {ExitCode::authentication, "wrong password, key or user"},
    {ExitCode::timeout, "the peer was silent for too long"},
    {ExitCode::connection_lost, "no connection, or it was lost"},
    {ExitCode::truncated, "the connection was cut"},
    {ExitCode::tampered, "the traffic was altered"},
    {ExitCode::busy, "the peer is busy, or a limit is reached"},
    {ExitCode::io, "a file or another output failed"},
    {ExitCode::port_in_use, "the address or serial line is in use"},
    {ExitCode::protocol, "the peer does not speak this version of Pawl"},
    {ExitCode::interrupted, "interrupted"},
};

struct Meaning {
  std::string_view name;
  ExitCode code = ExitCode::internal;
  std::string_view text;
};

/// No default, so that the compiler asks for the meaning of a new error.
Meaning meaning(Error error) {
  switch (error) {
    case Error::none:
      return {"none", ExitCode::ok, "Nothing went wrong."};
    case Error::invalid_argument:
      return {"invalid_argument", ExitCode::internal, "pawl used its own library wrongly. Please report this."};
    case Error::wrong_state:
      return {"wrong_state", ExitCode::internal, "pawl used its own library at the wrong moment. Please report this."};
    case Error::would_block:
      return {"would_block", ExitCode::internal, "pawl did not wait for its own output. Please report this."};
    case Error::too_long:
      return {"too_long", ExitCode::usage, "The message does not fit one datagram. Send shorter messages, or use TCP."};
    case Error::random_failed:
      return {"random_failed", ExitCode::io, "The system gave no random bytes. Nothing can be secured without them."};
    case Error::crypto_failed:
      return {"crypto_failed", ExitCode::internal,
              "A cryptographic function refused its input. Enrol the user again; if that does not help, please report "
              "this."};
    case Error::malformed:
      return {"malformed", ExitCode::protocol, "The peer does not speak Pawl. Check address and port."};
    case Error::unsupported:
      return {"unsupported", ExitCode::protocol,
              "The peer has another version of Pawl, or lacks the mode. Update both to the same version."};
    case Error::authentication_failed:
      return {
          "authentication_failed", ExitCode::authentication,
          "Password, key, user name or mode is wrong, or this is not the server it claims to be. Check them, or enrol "
          "the user again."};
    case Error::iterations_refused:
      return {"iterations_refused", ExitCode::authentication,
              "The server asked for an iteration count outside what this client accepts. Make sure that it is the "
              "right server."};
    case Error::credential_stale:
      return {"credential_stale", ExitCode::authentication,
              "The stored credential is of an earlier enrolment. Use the credential file of the latest one, or the "
              "password."};
    case Error::derivation_slow:
      return {"derivation_slow", ExitCode::timeout,
              "Deriving the key took longer than the server waits. Connect again."};
    case Error::busy:
      return {"busy", ExitCode::busy, "The peer is busy. Try again later."};
    case Error::timeout:
      return {"timeout", ExitCode::timeout,
              "The handshake took too long. Check the network and that the peer is running."};
    case Error::connection_lost:
      return {"connection_lost", ExitCode::connection_lost,
              "The connection ended during the handshake. Check that a pawl server listens there."};
    case Error::truncated:
      return {"truncated", ExitCode::truncated,
              "The connection was cut: messages may be missing. What was received until then is genuine."};
    case Error::tampered:
      return {"tampered", ExitCode::tampered,
              "Somebody or something altered the traffic, and the session was ended. What was received until then is "
              "genuine."};
    case Error::protocol:
      return {"protocol", ExitCode::protocol, "The peer broke the protocol. Update both to the same version."};
    case Error::idle:
      return {"idle", ExitCode::timeout, "The peer was silent for too long. Check the network, and connect again."};
    case Error::limit:
      return {"limit", ExitCode::busy, "The session has sent all it may. Connect again."};
    case Error::expired:
      return {"expired", ExitCode::busy, "The session reached its greatest age. Connect again."};
    case Error::replayed:
      return {"replayed", ExitCode::internal, "A record came twice, and pawl took it for an end. Please report this."};
    case Error::superseded:
      return {"superseded", ExitCode::connection_lost, "The peer began a new session on the same line."};
    case Error::unconfirmed:
      return {"unconfirmed", ExitCode::connection_lost,
              "The peer did not confirm the end: it is unknown whether the last messages arrived."};
  }
  return {"unknown", ExitCode::internal, "An unknown error. Please report this."};
}

}  // namespace

std::span<const ExitCodeMeaning> exit_code_meanings() { return kExitCodes; }

ExitCode exit_code(Error error) { return meaning(error).code; }
std::string_view describe(Error error) { return meaning(error).text; }
std::string_view name(Error error) { return meaning(error).name; }

void require(Status status) {
  if (!status.ok()) throw AppError(exit_code(status.error()), std::string(describe(status.error())));
}

}  // namespace pawl::app
