// SPDX-License-Identifier: Apache-2.0
#include "conclusion.hpp"

#include <algorithm>
#include <pawl/host/base/names.hpp>
#include <string>

#include "console/failure_text.hpp"
#include "console/line_report.hpp"

namespace pawl::app {
namespace {

using host::Way;

constexpr const char* kVersion2 =
    " If a Pawl server of version 2 listens there, connect without --nstp; the two protocols never change into each "
    "other.";

/// What was received or sent and is not whole.
std::string left_unanswered(const host::Client::Outcome& outcome) {
  const std::uint64_t count = outcome.sent - std::min(outcome.answered, outcome.sent);
  std::string text = outcome.closed.incomplete ? " The last reply is incomplete." : "";
  if (count > 0) text += " Messages sent and not answered: " + std::to_string(count) + ".";
  return text;
}

/// The server ended the session in good order, before we did.
AppError ended_by_server(CloseReason reason) {
  switch (reason) {
    case CloseReason::normal:
      return {ExitCode::connection_lost, "The server ended the session."};
    case CloseReason::idle:
      return {ExitCode::timeout, "The server ended the session: it heard nothing for too long. Connect again."};
    case CloseReason::protocol:
      return {ExitCode::protocol, "The server ended the session: a protocol error. Update both to the same version."};
    case CloseReason::limit:
      return {ExitCode::busy, "The server ended the session: a limit is reached. Connect again later."};
    case CloseReason::expired:
      return {ExitCode::busy, "The server ended the session: it reached its greatest age. Connect again."};
  }
  return {ExitCode::protocol, "The server ended the session for an unknown reason."};
}

AppError explain_nstp(Error error) {
  const ExitCode code = exit_code(error);
  switch (error) {
    case Error::connection_lost:
      return {code, std::string("The server ended the connection without an answer.") + kVersion2};
    case Error::unsupported:
      return {code, std::string("The server does not speak NSTP.") + kVersion2};
    case Error::authentication_failed:
      return {code,
              "Password, user name or device salt is wrong, or this is not the server it claims to be. Check them, and "
              "that the server has an enrolment of this user."};
    case Error::idle:
      return {code, "The server did not answer a message in time: it lost or refused it. Connect again."};
    case Error::tampered:
      return {code,
              "The server's reply was altered, repeated, exchanged or not asked for. Replies until then are genuine."};
    default:
      return {code, std::string(describe(error))};
  }
}

/// What a serial line did, as far as this side can know.
std::string garbling(const Conclusion& end) {
  if (end.way != Way::serial || !end.outcome.link) return "";
  const std::uint64_t corrupt = end.outcome.link->transport.corrupt;
  const bool silent = end.outcome.closed.error == Error::timeout;
  if (corrupt == 0 && !silent) return "";
  return " " + garbled_text(corrupt);
}

/// What may be behind it, as far as this side can know.
std::string hint(const Conclusion& end) {
  const host::Client::Outcome& outcome = end.outcome;
  const Error error = outcome.closed.error;
  if (error == Error::authentication_failed && end.by_password) {
    return " The mode was " + host::name(end.mode) + "; if the user was enrolled with another, give that to --mode.";
  }
  std::string garbled = garbling(end);
  if (!garbled.empty()) return garbled;
  const bool foreign = error == Error::malformed || error == Error::unsupported || error == Error::connection_lost;
  return foreign && end.way == Way::tcp ? " If an NSTP server listens there, connect with --nstp." : "";
}

AppError ended_badly(const Conclusion& end) {
  const Closed& closed = end.outcome.closed;
  if (closed.error == Error::none) return ended_by_server(closed.reason);
  if (end.way == Way::nstp) return explain_nstp(closed.error);
  if (closed.error == Error::timeout && end.outcome.nobody_there) {
    return {ExitCode::connection_lost,
            "Nobody seems to listen there. Check the address, and that pawl serve --udp runs there."};
  }
  if (closed.error == Error::busy && closed.retry_after > 0) {
    return {ExitCode::busy, "The server is busy. Try again in " + std::to_string(closed.retry_after) + " seconds."};
  }
  return {exit_code(closed.error), std::string(describe(closed.error)) + hint(end)};
}

}  // namespace

ExitCode conclude(const Conclusion& end, Reporter& reporter) {
  const host::Client::Outcome& outcome = end.outcome;
  if (outcome.failure) throw explain(*outcome.failure);
  if (outcome.stopped) throw AppError(ExitCode::interrupted, "Interrupted. Messages may not have been answered.");
  if (outcome.unanswered > 0 && (outcome.complete || outcome.closed.error == Error::none)) {
    throw AppError(ExitCode::connection_lost, "Datagrams were lost." + left_unanswered(outcome) + garbling(end));
  }
  if (outcome.complete && outcome.closed.error == Error::none) return ExitCode::ok;
  if (outcome.complete && outcome.closed.error == Error::unconfirmed) {
    reporter.warn("The server did not confirm the end; but all messages were answered.");
    return ExitCode::ok;
  }
  const AppError error = ended_badly(end);
  throw AppError(error.code(), error.what() + left_unanswered(outcome));
}

}  // namespace pawl::app
