// SPDX-License-Identifier: Apache-2.0
#include "connect.hpp"

#include <unistd.h>

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
#include <pawl/host/client/whole_messages.hpp>
#include <pawl/host/net/epoll.hpp>
#include <pawl/port/backoff.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <utility>

#include "conclusion.hpp"
#include "console/client_report.hpp"
#include "console/count_source.hpp"
#include "console/failure_text.hpp"
#include "console/file_source.hpp"
#include "console/line_source.hpp"
#include "console/reply_output.hpp"
#include "console/stop_signal.hpp"
#include "derive.hpp"
#include "login.hpp"
#include "ticket_keeper.hpp"

namespace pawl::app {
namespace {

using host::Way;

// By which way.

Way way_of(const ConnectOptions& options) {
  if (options.nstp.chosen) return Way::nstp;
  if (options.line.name) return Way::serial;
  return options.udp ? Way::udp : Way::tcp;
}

bool over_datagrams(const ConnectOptions& options) { return options.udp || options.line.name; }

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

// What we say.

/// The longest message that is one unit. None if messages have no limit.
std::optional<std::size_t> longest_message(const ConnectOptions& options) {
  switch (way_of(options)) {
    case Way::udp:
      return host::longest_message(host::kLongestUdp);
    case Way::serial:
      return host::longest_message(host::kLongestPacket);
    case Way::nstp:
      return host::NstpLink::kLongestText;
    case Way::tcp:
      break;
  }
  return std::nullopt;
}

std::unique_ptr<host::MessageSource> make_parts(const ConnectOptions& options, Reporter& reporter) {
  if (options.count > 0) return std::make_unique<CountSource>(options.count);
  if (!options.file) return std::make_unique<LineSource>(STDIN_FILENO);
  auto file = std::make_unique<FileSource>(*options.file, reporter);
  const auto longest = longest_message(options);
  if (longest && file->size() > *longest) {
    throw AppError(ExitCode::usage, host::quoted(std::filesystem::path(*options.file)) + " has " +
                                        std::to_string(file->size()) + " bytes, and a message over datagrams at most " +
                                        std::to_string(*longest) +
                                        ". Send it over TCP, to a server without --udp and --serial.");
  }
  return file;
}

std::unique_ptr<host::MessageSource> make_source(const ConnectOptions& options, Reporter& reporter) {
  auto parts = make_parts(options, reporter);
  const auto longest = longest_message(options);
  if (!longest) return parts;
  return std::make_unique<host::WholeMessages>(std::move(parts), *longest);
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
  auto stream = require(host::dial(server, Config::kClientHandshake));
  setting.reporter.event("connected", {{"address", where}}, "");
  setting.reporter.verbose("Connected to " + where + ".");
  return stream;
}

/// Waits for `duration`. AppError(interrupted) if the signal comes first.
void pause(const Setting& setting, Duration duration) {
  class Alarm final : public host::EventLoop::Handler {
   public:
    Alarm(host::EventLoop& loop, Instant due) : watch_(loop, *this) { watch_.wait_for(-1, host::Interest::none, due); }
    void on_ready(Instant /*now*/) override { rung = true; }
    bool rung = false;

   private:
    host::EventLoop::Watch watch_;
  };
  StopSignal::expect();
  host::EventLoop& loop = setting.context.loop;
  const Alarm alarm(loop, setting.clock.now() + duration);
  const OnStop stop(loop, setting.signal, [] {});
  while (!alarm.rung && !StopSignal::came()) require(loop.turn());
  if (StopSignal::came()) throw AppError(ExitCode::interrupted, "Interrupted while waiting.");
}

std::unique_ptr<host::DatagramPort> open_port(const Setting& setting) {
  const ConnectOptions& options = setting.options;
  if (!options.line.name) return require(host::dial_for_datagrams(*options.server));
  auto port = open_line(options.line, setting.clock);
  while (port->fd() < 0) {
    const host::LineChange change = port->tend(setting.clock.now());
    if (change != host::LineChange::none) setting.context.observer.line_changed(port->point(), change);
    if (const auto next = port->tend_at()) pause(setting, *next - setting.clock.now());
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

// Tickets, and a busy server.

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

/// The longest time that is waited in all.
constexpr Duration kLongestWait = seconds(300);

/// Whether the server has said when to come again, and nothing was said yet.
bool comes_again(const host::Client::Outcome& outcome) {
  const bool ended_here = outcome.failure || outcome.stopped;
  return !ended_here && outcome.closed.error == Error::busy && outcome.closed.retry_after > 0 && outcome.sent == 0;
}

host::Client::Outcome talk_when_it_has_time(const Setting& setting) {
  Backoff backoff;
  Duration waited;
  for (;;) {
    host::Client::Outcome outcome = talk_without_ticket_if_need_be(setting);
    if (setting.options.no_wait || !comes_again(outcome)) return outcome;
    const auto next = backoff.failed(setting.random, outcome.closed.retry_after);
    require(next.error());
    waited = milliseconds(waited.ms + next.value().ms);
    if (waited > kLongestWait) return outcome;
    const std::uint64_t soon = (next.value().ms + 999) / 1000;
    setting.reporter.event("waiting", {{"seconds", soon}},
                           "The server is busy; pawl tries again in " + std::to_string(soon) + " s.");
    pause(setting, next.value());
  }
}

}  // namespace

ExitCode connect(const ConnectOptions& options, Reporter& reporter) {
  check_options(options);
  const StopSignal signal;
  const auto source = make_source(options, reporter);
  const auto output = make_output(reporter);
  TicketKeeper tickets(options.ticket, reporter);
  Login login(options, reporter, tickets);
  MonotonicClock clock;
  SystemRandom random;
  host::Epoll epoll;
  host::EventLoop loop(clock, epoll);
  ClientReport report(reporter);
  const host::ClientContext context{loop,
                                    report,
                                    *source,
                                    *output,
                                    [&](const DerivationWanted& wanted) { return login.derive(wanted); },
                                    [&](const TicketReceived& event) { tickets.keep(event); }};
  const Setting setting{options, reporter, signal, clock, random, login, tickets, context};
  std::optional<Reporter::Attachment> attachment;
  // With --json the client itself waits for whoever reads the events.
  if (!reporter.json()) attachment.emplace(reporter, loop);
  auto outcome = talk_when_it_has_time(setting);
  // The server may not have waited for the derivation (PROTOCOL.md 13.1). Now it need not.
  if (outcome.closed.error == Error::derivation_slow) outcome = talk_when_it_has_time(setting);
  return conclude({outcome, way_of(options), login.by_password(), login.credential().mode}, reporter);
}

}  // namespace pawl::app
