// SPDX-License-Identifier: Apache-2.0
#include "connect.hpp"

#include <poll.h>
#include <unistd.h>

#include <memory>
#include <pawl/handshake/key.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>
#include <pawl/port/backoff.hpp>
#include <pawl/port/posix/random.hpp>
#include <string>
#include <utility>

#include "client.hpp"
#include "credential_file.hpp"
#include "datagram_link.hpp"
#include "derive.hpp"
#include "endpoint.hpp"
#include "file_error.hpp"
#include "names.hpp"
#include "password.hpp"
#include "stream_link.hpp"
#include "text.hpp"
#include "user_name.hpp"

namespace pawl::app {
namespace {

// By which way.

bool over_datagrams(const ConnectOptions& options) { return options.udp || options.serial; }

std::size_t longest_datagram_message(const ConnectOptions& options) {
  return longest_message(options.udp ? kLongestUdp : kLongestPacket);
}

/// Before anybody types a password.
void check_options(const ConnectOptions& options) {
  if (!options.server && !options.serial) {
    throw AppError(ExitCode::usage, "Say where the server is: HOST:PORT, or --serial. See: pawl connect --help");
  }
  if (options.serial) {
    parse_line_name(*options.serial);
  } else {
    parse_endpoint(*options.server);
  }
  if (over_datagrams(options)) check_datagram_idle(options.idle);
}

// Who we are.

/// A stored credential; or a user and a password, from which the credential is derived when the server has named the
/// salt.
class Login {
 public:
  Login(const ConnectOptions& options, Reporter& reporter);

  [[nodiscard]] const ClientCredential& credential() const { return stored_ ? stored_->credential : own_; }
  const ClientCredential& derive(const DerivationWanted& wanted);

 private:
  Reporter& reporter_;
  std::unique_ptr<StoredCredential> stored_;
  std::string user_;
  PakeBlinds blinds_;
  ClientCredential own_;
  Password password_;
};

Login::Login(const ConnectOptions& options, Reporter& reporter) : reporter_(reporter), user_(options.user) {
  if (options.credential) {
    stored_ = load_credential(*options.credential);
    if (!stored_->warning.empty()) reporter.warn(stored_->warning);
    return;
  }
  check_user_name(bytes_of(user_));
  own_.user = bytes_of(user_);
  own_.mode = mode_of(options.mode);
  own_.pake = &blinds_;
  if (own_.mode == Mode::psk) {
    reporter.warn(
        "With mode psk, whoever records the handshake can guess at the password, as often as they like. "
        "Use mode pake unless you know that nobody listens.");
  }
  password_ = read_password(options.password_file, user_, Ask::once);
}

const ClientCredential& Login::derive(const DerivationWanted& wanted) {
  derive_credential(reporter_, own_.user, password_, wanted.salt, wanted.iterations, own_.mode, own_);
  // It has done its work, also for a second attempt.
  password_ = Password();
  return own_;
}

// What we say.

std::unique_ptr<MessageSource> make_parts(const ConnectOptions& options, const Reporter& reporter) {
  if (options.count > 0) return std::make_unique<CountSource>(options.count);
  if (!options.file) return std::make_unique<LineSource>(STDIN_FILENO);
  auto file = std::make_unique<FileSource>(*options.file, reporter);
  const std::size_t longest = longest_datagram_message(options);
  if (over_datagrams(options) && file->size() > longest) {
    throw AppError(ExitCode::usage, quoted(std::filesystem::path(*options.file)) + " has " +
                                        std::to_string(file->size()) + " bytes, and a message over datagrams at most " +
                                        std::to_string(longest) +
                                        ". Send it over TCP, to a server without --udp and --serial.");
  }
  return file;
}

std::unique_ptr<MessageSource> make_source(const ConnectOptions& options, const Reporter& reporter) {
  auto parts = make_parts(options, reporter);
  if (!over_datagrams(options)) return parts;
  return std::make_unique<WholeMessages>(std::move(parts), longest_datagram_message(options));
}

}  // namespace

std::unique_ptr<ReplyOutput> make_output(Reporter& reporter) {
  if (reporter.json()) return std::make_unique<JsonOutput>(reporter);
  return std::make_unique<TextOutput>();
}

// The session.

Descriptor dial(const std::string& server, Reporter& reporter) {
  const Endpoint endpoint = parse_endpoint(server);
  const std::string where = printable(bytes_of(server));
  auto socket = tcp_connect(endpoint.host, endpoint.port, Config::kClientHandshake);
  if (!socket.ok()) {
    const bool silent = socket.error() == std::errc::timed_out;
    throw AppError(silent ? ExitCode::timeout : ExitCode::connection_lost,
                   "Cannot connect to " + where + ": " + socket.error().message() +
                       ". Check the address, and that pawl serve runs there.");
  }
  reporter.event("connected", {{"address", where}}, "");
  reporter.verbose("Connected to " + where + ".");
  return std::move(socket.value());
}

namespace {

std::unique_ptr<DatagramPort> open_port(const ConnectOptions& options) {
  if (options.serial) return std::make_unique<SerialLinePort>(parse_line_name(*options.serial));
  const Endpoint endpoint = parse_endpoint(*options.server);
  auto socket = UdpClient::connect(endpoint.host, endpoint.port);
  if (socket.ok()) return std::make_unique<UdpClientPort>(std::move(socket.value()));
  throw AppError(ExitCode::connection_lost, "Cannot reach " + printable(bytes_of(*options.server)) + ": " +
                                                socket.error().message() + ". Check the address.");
}

std::unique_ptr<Link> make_link(const ConnectOptions& options, ClientSettings& settings, Reporter& reporter) {
  if (!over_datagrams(options)) return std::make_unique<StreamLink>(settings, dial(*options.server, reporter));
  auto port = open_port(options);
  settings.max_rx = port->max_rx(false);
  return std::make_unique<DatagramLink>(settings, std::move(port), reporter);
}

Client::Outcome talk(const ConnectOptions& options, Login& login, const ClientContext& context) {
  const ClientCredential& credential = login.credential();
  const bool key_flow = credential.kind == Kind::raw_key;
  ClientSettings settings(key_flow ? key_initiator : password_initiator, credential);
  settings.exchange = exchange_of(credential.mode);
  settings.idle = options.idle;
  const auto link = make_link(options, settings, context.reporter);
  StopSignal::expect();
  return Client(settings, *link, context).run();
}

// A busy server.

/// Of waiting, in all.
constexpr Duration kLongestWait = seconds(300);

/// Whether the server has said when to come again, and nothing was said yet.
bool comes_again(const Client::Outcome& outcome) {
  return !outcome.failure && outcome.closed.error == Error::busy && outcome.closed.retry_after > 0 && outcome.sent == 0;
}

/// AppError(interrupted) if the signal comes first.
void pause(Duration duration, const StopSignal& stop_signal) {
  pollfd wanted{stop_signal.fd(), POLLIN, 0};
  ::poll(&wanted, 1, static_cast<int>(duration.ms));
  if (StopSignal::came()) throw AppError(ExitCode::interrupted, "Interrupted while waiting for the server.");
}

Client::Outcome talk_when_it_has_time(const ConnectOptions& options, Login& login, const ClientContext& context) {
  SystemRandom random;
  Backoff backoff;
  Duration waited;
  for (;;) {
    Client::Outcome outcome = talk(options, login, context);
    if (options.no_wait || !comes_again(outcome)) return outcome;
    const auto next = backoff.failed(random, outcome.closed.retry_after);
    require(next.error());
    waited = milliseconds(waited.ms + next.value().ms);
    if (waited > kLongestWait) return outcome;
    const std::uint64_t soon = (next.value().ms + 999) / 1000;
    context.reporter.event("waiting", {{"seconds", soon}},
                           "The server is busy; pawl tries again in " + std::to_string(soon) + " s.");
    pause(next.value(), context.stop_signal);
  }
}

std::string left_unanswered(const Client::Outcome& outcome) {
  const std::uint64_t count = outcome.sent - std::min(outcome.answered, outcome.sent);
  return count == 0 ? "" : " Messages sent and not answered: " + std::to_string(count) + ".";
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

AppError explain(const Client::Outcome& outcome) {
  const Closed& closed = outcome.closed;
  if (closed.error == Error::none) return ended_by_server(closed.reason);
  if (closed.error == Error::timeout && outcome.nobody_there) {
    return {ExitCode::connection_lost,
            "Nobody seems to listen there. Check the address, and that pawl serve --udp runs there."};
  }
  if (closed.error == Error::busy && closed.retry_after > 0) {
    return {ExitCode::busy, "The server is busy. Try again in " + std::to_string(closed.retry_after) + " seconds."};
  }
  const bool foreign =
      closed.error == Error::malformed || closed.error == Error::unsupported || closed.error == Error::connection_lost;
  const char* const hint = foreign ? " If an NSTP server listens there, connect with --nstp." : "";
  return {exit_code(closed.error), std::string(describe(closed.error)) + hint};
}

ExitCode conclude(const Client::Outcome& outcome, Reporter& reporter) {
  if (outcome.failure) throw *outcome.failure;
  if (outcome.complete && outcome.unanswered > 0) {
    throw AppError(ExitCode::connection_lost, "Datagrams were lost." + left_unanswered(outcome));
  }
  if (outcome.complete && outcome.closed.error == Error::none) return ExitCode::ok;
  if (outcome.complete && outcome.closed.error == Error::unconfirmed) {
    reporter.warn("The server did not confirm the end; but all messages were answered.");
    return ExitCode::ok;
  }
  const AppError error = explain(outcome);
  throw AppError(error.code(), error.what() + left_unanswered(outcome));
}

}  // namespace

ExitCode connect(const ConnectOptions& options, Reporter& reporter) {
  check_options(options);
  const StopSignal stop_signal;
  const auto source = make_source(options, reporter);
  const auto output = make_output(reporter);
  Login login(options, reporter);
  const ClientContext context{
      reporter, stop_signal, *source, *output,
      [&](const DerivationWanted& wanted) -> const ClientCredential& { return login.derive(wanted); }};
  Client::Outcome outcome = talk_when_it_has_time(options, login, context);
  // PROTOCOL.md 13.1: the server may not have waited for the derivation; now it need not.
  if (outcome.closed.error == Error::derivation_slow) outcome = talk_when_it_has_time(options, login, context);
  return conclude(outcome, reporter);
}

}  // namespace pawl::app
