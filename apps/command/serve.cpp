// SPDX-License-Identifier: Apache-2.0
#include "serve.hpp"

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/descriptor_limit.hpp>
#include <pawl/host/net/endpoint.hpp>
#include <pawl/host/net/epoll.hpp>
#include <pawl/host/net/passed_socket.hpp>
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
#include "console/server_report.hpp"
#include "console/service_manager.hpp"
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

/// The users that are meant. Without a key of their own it is the service manager's, if it has one.
UsersOption users_of(const ServeOptions& options) {
  UsersOption users = options.users;
  if (!users.key) users.key = credential_file("store-key");
  return users;
}

/// The users of both protocols. A server has those of one.
struct Users {
  explicit Users(const ServeOptions& options)
      : pawl(open_users(users_of(options))), nstp(nstp_path_of(options.users), device_salt_of(options.nstp)) {}

  std::unique_ptr<host::EditableUsers> pawl;
  host::NstpUsers nstp;
};

void listen_for_streams(std::unique_ptr<host::StreamListener> listener, const ServeOptions& options, const Users& users,
                        host::Server& server) {
  require(options.nstp.chosen ? server.listen(std::move(listener), users.nstp)
                              : server.listen(std::move(listener), *users.pawl));
}

/// Listens on the sockets that the service manager has passed. They count instead of what the options say.
void listen_on_passed(std::vector<PassedSocket> sockets, const ServeOptions& options, const Users& users,
                      host::Server& server) {
  for (PassedSocket& each : sockets) {
    auto way = require(host::listen_on_socket(std::move(each.descriptor), each.name));
    if (auto* port = std::get_if<std::unique_ptr<host::DatagramPort>>(&way)) {
      if (options.nstp.chosen)
        throw AppError(ExitCode::usage, "NSTP needs streams, and a socket for datagrams was passed.");
      require(server.listen(std::move(*port), *users.pawl));
    } else {
      listen_for_streams(std::get<std::unique_ptr<host::StreamListener>>(std::move(way)), options, users, server);
    }
  }
}

void listen(const ServeOptions& options, const Users& users, Clock& clock, host::Server& server) {
  if (auto sockets = take_passed_sockets(); !sockets.empty()) {
    return listen_on_passed(std::move(sockets), options, users, server);
  }
  if (options.udp || options.line.name) {
    for (auto& port : open_ports(options, clock)) require(server.listen(std::move(port), *users.pawl));
    return;
  }
  for (auto& listener : require(host::listen_on(listen_of(options)))) {
    listen_for_streams(std::move(listener), options, users, server);
  }
}

/// Without a file there is nothing to read again, and SIGHUP says that the terminal is gone.
StopSignal::Hangup hangup_of(const ServeOptions& options) {
  return options.config.file ? StopSignal::Hangup::something_else : StopSignal::Hangup::stop;
}

/// Serves with options that are complete. `given` are those of the command line alone.
ExitCode serve_with(const ServeOptions& given, const ServeOptions& options, Reporter& reporter) {
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
  const OnStop stop(loop, signal, [&] {
    tell_stopping();
    server.stop();
  });
  const ServeReload reload(loop, {given, options}, server, reporter);
  const Reporter::Attachment attachment(reporter, loop);
  raise_descriptor_limit(options, reporter);
  if (options.nstp.chosen) warn_of_nstp(reporter);
  StopSignal::expect();
  listen(options, users, clock, server);
  tell_ready(kServing);
  const Watchdog watchdog(loop);
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

ExitCode serve(const ServeOptions& given, Reporter& reporter) {
  const ServeOptions options = require(with_config(given));
  reporter.adopt(options.json, options.verbose);
  if (!options.config.check) return serve_with(given, options, reporter);
  const std::string path = host::quoted(*options.config.file);
  reporter.event("config", {{"path", path}}, path + " is right.");
  return ExitCode::ok;
}

}  // namespace pawl::app
