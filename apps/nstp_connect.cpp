// SPDX-License-Identifier: Apache-2.0
#include "nstp_connect.hpp"

#include <utility>

#include "endpoint.hpp"
#include "nstp_client.hpp"
#include "nstp_enroll.hpp"
#include "text.hpp"
#include "user_name.hpp"

namespace pawl::app {
namespace {

constexpr const char* kVersion2 =
    " If a Pawl server of version 2 listens there, connect without --nstp; the two protocols never change into each "
    "other.";

/// The published programs have one port.
std::string with_port(const std::string& server) {
  const std::size_t colon = server.rfind(':');
  const std::size_t bracket = server.rfind(']');
  const bool has_port = colon != std::string::npos && (bracket == std::string::npos || bracket < colon);
  return has_port ? server : server + ":" + std::to_string(kNstpPort);
}

AppError explain(const NstpClient::Outcome& outcome) {
  const ExitCode code = exit_code(outcome.error);
  switch (outcome.error) {
    case Error::connection_lost:
      return {code, std::string("The server ended the connection without an answer.") + kVersion2};
    case Error::unsupported:
      return {code, std::string("The server does not speak NSTP.") + kVersion2};
    case Error::authentication_failed:
      return {code,
              "Password, user name or device salt is wrong, or this is not the server it claims to be. Check them, and "
              "that the server has a record of this user."};
    case Error::idle:
      return {code, "The server did not answer a message in time: it lost or refused it. Connect again."};
    case Error::tampered:
      return {code, "The server's reply was altered or not asked for. Replies until then are genuine."};
    default:
      return {code, std::string(describe(outcome.error))};
  }
}

}  // namespace

ExitCode connect_nstp(const NstpConnectOptions& options, Reporter& reporter) {
  const std::string server = with_port(options.server);
  parse_endpoint(server);
  check_user_name(bytes_of(options.user));
  device_salt_of(options.nstp);  // before anybody types a password
  const StopSignal stop_signal;
  warn_of_nstp(reporter);
  nstp::Psk psk;
  derive_nstp_psk(reporter, options.nstp, bytes_of(options.user),
                  read_password(options.password_file, options.user, Ask::once), psk);
  const auto output = make_output(reporter);
  Descriptor socket = dial(server, reporter);
  StopSignal::expect();
  const nstp::ClientSettings settings{bytes_of(options.user), psk, options.idle};
  const auto outcome = NstpClient(settings, std::move(socket), options.count, *output, stop_signal, reporter).run();
  if (outcome.failure) throw *outcome.failure;
  if (outcome.error != Error::none) throw explain(outcome);
  return ExitCode::ok;
}

}  // namespace pawl::app
