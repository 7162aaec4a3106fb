// SPDX-License-Identifier: Apache-2.0
#include "tunnel.hpp"

#include <pawl/host/base/text.hpp>
#include <pawl/host/client/tunnel.hpp>
#include <pawl/host/net/epoll.hpp>
#include <pawl/host/net/listener.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <utility>

#include "console/client_report.hpp"
#include "console/failure_text.hpp"
#include "console/stop_signal.hpp"
#include "login.hpp"

namespace pawl::app {
namespace {

std::vector<TcpListener> open_doors(const ConnectOptions& options, Reporter& reporter) {
  const auto endpoint = require(host::parse_listen_endpoint(*options.listen));
  auto opened = TcpListener::open_each(endpoint.host, endpoint.port);
  if (!opened.ok()) throw explain(host::cannot_listen(*options.listen, opened.error()));
  for (const TcpListener& each : opened.value()) {
    reporter.event(
        "listening", {{"port", std::uint64_t{each.port()}}, {"address", each.address()}},
        "Listening on " + each.address() + ", for " + host::printable(host::bytes_of(*options.server)) + ".");
  }
  return std::move(opened.value());
}

}  // namespace

ExitCode tunnel(const ConnectOptions& options, Reporter& reporter) {
  const auto server = require(host::parse_endpoint(*options.server));
  const StopSignal signal;
  TicketKeeper tickets({}, reporter);
  Login login(options, reporter, tickets);
  MonotonicClock clock;
  SystemRandom random;
  host::Epoll epoll;
  host::EventLoop loop(clock, epoll);
  ClientReport report(reporter);
  const Reporter::Attachment attachment(reporter, loop);
  const host::TunnelContext context{loop, random, report, login,
                                    [&](const host::Failure& failure) { reporter.warn(explain(failure).what()); }};
  StopSignal::expect();
  host::Tunnel carried(context, open_doors(options, reporter), server, options.idle);
  const OnStop stop(loop, signal, [&] { carried.stop(); });
  while (!carried.stopped()) require(loop.turn());
  if (carried.refused()) throw AppError(ExitCode::authentication, std::string(describe(Error::authentication_failed)));
  reporter.event("stopped", {}, "Stopped.");
  return ExitCode::ok;
}

}  // namespace pawl::app
