// SPDX-License-Identifier: Apache-2.0
#include "connect.hpp"

#include <memory>
#include <optional>
#include <pawl/handshake/key.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>
#include <pawl/handshake/resumption.hpp>
#include <pawl/host/base/exchange.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/client/client.hpp>
#include <pawl/host/client/datagram_link.hpp>
#include <pawl/host/client/nstp_link.hpp>
#include <pawl/host/client/stream_link.hpp>
#include <pawl/host/net/epoll.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <utility>

#include "conclusion.hpp"
#include "console/client_report.hpp"
#include "console/failure_text.hpp"
#include "console/stop_signal.hpp"
#include "derive.hpp"
#include "login.hpp"
#include "reconnecting.hpp"
#include "ticket_keeper.hpp"
#include "traffic.hpp"

namespace pawl::app {
namespace {

// By which way.

/// With --nstp the port may be left out, because the published programs have one port.
std::string server_of(const ConnectOptions& options) {
  const std::string& server = *options.server;
  const std::size_t colon = server.rfind(':');
  const std::size_t bracket = server.rfind(']');
  const bool has_port = colon != std::string::npos && (bracket == std::string::npos || bracket < colon);
  return has_port || !options.nstp.chosen ? server : server + ":" + std::to_string(kNstpPort);
}

/// Checks what can be checked before anybody types a password.
void check_options(const ConnectOptions& options) {
  if (!options.server && !options.line.name) {
    throw AppError(ExitCode::usage, "Say where the server is: HOST:PORT, or --serial. See: pawl connect --help");
  }
  if (options.line.name) {
    require(host::parse_line_name(*options.line.name));
  } else {
    require(host::parse_endpoint(server_of(options)));
  }
  if (over_datagrams(options) && options.idle == 0) throw explain({.kind = host::Failure::Kind::idle_needed});
  if (options.nstp.chosen) device_salt_of(options.nstp);
}

// The session.

/// All that outlives a session.
struct Setting {
  const ConnectOptions& options;
  Reporter& reporter;
  const StopSignal& signal;
  MonotonicClock& clock;
  SystemRandom& random;
  Login& login;
  TicketKeeper& tickets;
  const host::ClientContext& context;
};

std::unique_ptr<host::Stream> dial(const Setting& setting) {
  const std::string server = server_of(setting.options);
  const std::string where = host::printable(host::bytes_of(server));
  StopSignal::expect_no_more();
  auto stream = require(host::dial(server, Config::kClientHandshake));
  setting.reporter.event("connected", {{"address", where}}, "");
  setting.reporter.verbose("Connected to " + where + ".");
  return stream;
}

std::unique_ptr<host::DatagramPort> open_port(const Setting& setting) {
  const ConnectOptions& options = setting.options;
  if (!options.line.name) return require(host::dial_for_datagrams(*options.server));
  auto port = open_line(options.line, setting.clock);
  while (port->fd() < 0) {
    const host::LineChange change = port->tend(setting.clock.now());
    if (change != host::LineChange::none) setting.context.observer.line_changed(port->point(), change);
    if (const auto next = port->tend_at()) pause(setting.context.loop, setting.signal, *next - setting.clock.now());
  }
  return port;
}

/// As whom, and with what, the next session begins.
host::ClientIdentity identity_of(const Setting& setting) {
  host::ClientIdentity identity = setting.login.identity();
  if (!setting.tickets.ticket().usable()) return identity;
  identity.kind = Kind::ticket;
  identity.mode = identity.mode == Mode::psk ? Mode::psk : Mode::psk_ecdhe;
  return identity;
}

host::Client::Outcome run(const Setting& setting, host::Link& link) {
  StopSignal::expect();
  setting.context.source.restart();
  host::Client client(identity_of(setting), link, setting.context);
  const OnStop stop(setting.context.loop, setting.signal, [&] { client.stop(); });
  client.start();
  while (!client.done()) require(setting.context.loop.turn());
  return client.outcome();
}

host::Client::Outcome talk_nstp(const Setting& setting) {
  const host::ClientIdentity identity = setting.login.identity();
  const nstp::ClientSettings settings{host::bytes_of(identity.user), setting.login.nstp_psk(), setting.options.idle};
  host::NstpLink link(settings, setting.random, dial(setting));
  return run(setting, link);
}

host::Client::Outcome talk(const Setting& setting) {
  if (setting.options.nstp.chosen) return talk_nstp(setting);
  const ClientCredential& credential = setting.login.credential();
  const bool key_flow = credential.kind == Kind::raw_key;
  ResumingClientSettings settings(key_flow ? key_initiator : password_initiator, credential, setting.tickets.ticket());
  settings.exchange = host::exchange_of(credential.mode);
  settings.ticket_exchange = &p256_tickets;
  settings.idle = setting.options.idle;
  if (!over_datagrams(setting.options)) {
    host::StreamLink link(settings, setting.random, dial(setting));
    return run(setting, link);
  }
  auto port = open_port(setting);
  settings.max_rx = port->max_rx(false);
  host::DatagramLink link(settings, setting.random, std::move(port));
  return run(setting, link);
}

// Attempts.

/// A server that does not take the ticket is asked again at once, without it.
host::Client::Outcome talk_without_ticket_if_need_be(const Setting& setting) {
  host::Client::Outcome outcome = talk(setting);
  const bool again = setting.tickets.ended(outcome.closed.error);
  if (!again || outcome.failure || outcome.stopped) return outcome;
  setting.reporter.verbose("The server has not taken the ticket.");
  outcome = talk(setting);
  setting.tickets.ended(outcome.closed.error);
  return outcome;
}

/// The server may not have waited for the derivation (PROTOCOL.md 13.1). Then it need not the second time.
host::Client::Outcome attempt(const Setting& setting) {
  host::Client::Outcome outcome = talk_without_ticket_if_need_be(setting);
  return outcome.closed.error == Error::derivation_slow ? talk_without_ticket_if_need_be(setting) : outcome;
}

/// Until all is done, or nothing is to be hoped for.
ExitCode talk_until_done(const Setting& setting) {
  const ConnectOptions& options = setting.options;
  Patience patience(options, setting.reporter, setting.context.loop, setting.signal, setting.random,
                    options.outbox ? &setting.context.source : nullptr);
  for (;;) {
    host::Client::Outcome outcome;
    try {
      outcome = attempt(setting);
      return conclude({outcome, way_of(options), setting.login.by_password(), setting.login.credential().mode},
                      setting.reporter);
    } catch (const AppError& error) {
      if (!patience.wait_after(error, outcome)) throw;
    }
  }
}

}  // namespace

ExitCode connect(const ConnectOptions& options, Reporter& reporter) {
  check_options(options);
  const StopSignal signal;
  Traffic traffic(options, reporter);
  TicketKeeper tickets(options.ticket, reporter);
  Login login(options, reporter, tickets);
  traffic.begin();
  MonotonicClock clock;
  SystemRandom random;
  host::Epoll epoll;
  host::EventLoop loop(clock, epoll);
  ClientReport report(reporter);
  const host::ClientContext context{loop,
                                    report,
                                    traffic.source(),
                                    traffic.output(),
                                    [&](const DerivationWanted& wanted) { return login.derive(wanted); },
                                    [&](const TicketReceived& event) { tickets.keep(event); }};
  const Setting setting{options, reporter, signal, clock, random, login, tickets, context};
  std::optional<Reporter::Attachment> attachment;
  // With --json the client itself waits for whoever reads the events.
  if (!reporter.json()) attachment.emplace(reporter, loop);
  try {
    return talk_until_done(setting);
  } catch (const AppError& error) {
    throw AppError(error.code(), error.what() + traffic.waiting());
  }
}

}  // namespace pawl::app
