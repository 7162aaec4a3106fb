// SPDX-License-Identifier: Apache-2.0
#include "serve.hpp"

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/descriptor_limit.hpp>
#include <pawl/host/net/endpoint.hpp>
#include <pawl/host/net/epoll.hpp>
#include <pawl/host/server/echo.hpp>
#include <pawl/host/server/exec.hpp>
#include <pawl/host/server/forward.hpp>
#include <pawl/host/server/inbox.hpp>
#include <pawl/host/server/refusals.hpp>
#include <pawl/host/server/save.hpp>
#include <pawl/host/server/server.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>

#include "console/failure_text.hpp"
#include "console/reload_signal.hpp"
#include "console/server_report.hpp"
#include "console/stop_signal.hpp"
#include "serve_config.hpp"
#include "serve_reload.hpp"

namespace pawl::app {
namespace {

/// Descriptors of the process itself.
constexpr std::uint64_t kOwnDescriptors = 32;

void raise_descriptor_limit(const ServeOptions& options, Reporter& reporter) {
  // A session, and a file, a command or a connection.
  const std::uint64_t each = 1U + (options.save || options.forward ? 1U : 0U) + (options.exec ? 2U : 0U);
  if (host::raise_descriptor_limit(options.max_sessions * each + host::Refusals::kMost + kOwnDescriptors)) return;
  reporter.warn("The limit of open files is too low for " + std::to_string(options.max_sessions) +
                " sessions: beyond it, clients wait. Raise it (ulimit -n), or give fewer to --max-sessions.");
}

host::ServerOptions server_options(const ServeOptions& options, host::TimeOfDay& time_of_day) {
  host::ServerOptions result;
  result.limits = options.limits;
  result.max_sessions = options.max_sessions;
  result.idle = options.idle;
  if (options.keep_tickets) result.keep_tickets_by = &time_of_day;
  return result;
}

/// What messages are for.
std::unique_ptr<host::Gateway> make_gateway(const ServeOptions& options, host::EventLoop& loop, ServerReport& report) {
  if (options.save) return std::make_unique<host::Save>(require(host::SaveDirectory::open(*options.save)));
  if (options.inbox) {
    return std::make_unique<host::Inbox>(require(host::InboxFile::open(*options.inbox)), loop, report);
  }
  if (options.exec) {
    std::vector<std::string> words{*options.exec};
    words.insert(words.end(), options.exec_arguments.begin(), options.exec_arguments.end());
    return std::make_unique<host::Exec>(loop, report, std::move(words), options.exec_framing);
  }
  if (options.forward) return require(host::Forward::to(loop, *options.forward));
  return std::make_unique<host::Echo>();
}

std::vector<std::unique_ptr<host::DatagramPort>> open_ports(const ServeOptions& options, Clock& clock) {
  if (!options.line.name) return require(host::listen_for_datagrams(listen_of(options)));
  std::vector<std::unique_ptr<host::DatagramPort>> ports;
  ports.push_back(open_line(options.line, clock));
  return ports;
}

/// The users of both protocols. A server has those of one.
struct Users {
  explicit Users(const ServeOptions& options)
      : pawl(open_users(options.users)), nstp(nstp_path_of(options.users), device_salt_of(options.nstp)) {}

  std::unique_ptr<host::EditableUsers> pawl;
  host::NstpUsers nstp;
};

void listen(const ServeOptions& options, const Users& users, Clock& clock, host::Server& server) {
  if (options.udp || options.line.name) {
    for (auto& port : open_ports(options, clock)) require(server.listen(std::move(port), *users.pawl));
    return;
  }
  for (auto& listener : require(host::listen_on(listen_of(options)))) {
    require(options.nstp.chosen ? server.listen(std::move(listener), users.nstp)
                                : server.listen(std::move(listener), *users.pawl));
  }
}

/// Without a file there is nothing to read again, and SIGHUP says that the terminal is gone.
StopSignal::Hangup hangup_of(const ServeOptions& options) {
  return options.config.file ? StopSignal::Hangup::something_else : StopSignal::Hangup::stop;
}

/// Serves with `options`, which are `given` completed by the file.
ExitCode serve_with(const ServeOptions& options, const ServeOptions& given, Reporter& reporter) {
  const Users users(options);
  MonotonicClock clock;
  host::SystemTimeOfDay time_of_day;
  SystemRandom random;
  host::Epoll epoll;
  host::EventLoop loop(clock, epoll);
  const StopSignal signal(hangup_of(options));
  ServerReport report(reporter, loop);
  const auto gateway = make_gateway(options, loop, report);
  host::Server server({loop, random, report, *gateway}, server_options(options, time_of_day));
  const OnStop stop(loop, signal, [&] { server.stop(); });
  ServeReload reload(given, options, server, reporter);
  std::optional<ReloadSignal> hangup;
  if (options.config.file) hangup.emplace(loop, [&] { reload.run(); });
  const Reporter::Attachment attachment(reporter, loop);
  raise_descriptor_limit(options, reporter);
  if (options.nstp.chosen) warn_of_nstp(reporter);
  StopSignal::expect();
  listen(options, users, clock, server);
  while (!server.stopped() || !gateway->idle()) require(loop.turn());
  report.finish();
  reporter.event("stopped", {}, "Stopped.");
  return ExitCode::ok;
}

}  // namespace

const std::map<std::string, host::Framing>& framings() {
  static const std::map<std::string, host::Framing> framings{{"lines", host::Framing::lines},
                                                             {"lengths", host::Framing::lengths}};
  return framings;
}

std::string listen_of(const ServeOptions& options) {
  return options.listen.value_or(std::to_string(options.nstp.chosen ? kNstpPort : host::kDefaultPort));
}

ExitCode serve(const ServeOptions& options, Reporter& reporter) {
  const ServeOptions complete = require(with_config(options));
  reporter.adopt(complete.json, complete.verbose);
  if (!options.config.check) return serve_with(complete, options, reporter);
  const std::string path = host::quoted(*options.config.file);
  reporter.event("config", {{"path", path}}, path + " is right.");
  return ExitCode::ok;
}

}  // namespace pawl::app
