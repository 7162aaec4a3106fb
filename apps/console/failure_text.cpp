// SPDX-License-Identifier: Apache-2.0
#include "failure_text.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <pawl/host/base/text.hpp>
#include <string>
#include <string_view>
#include <system_error>

namespace pawl::app {
namespace {

using host::Failure;
using host::quoted;
using Kind = host::Failure::Kind;

/// Says that the limit of open files is reached, and which it is.
std::string descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return " The limit of open files is reached.";
  return " The limit of open files, " + std::to_string(limit.rlim_cur) + ", is reached: raise it with ulimit -n.";
}

std::string advice(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
      return " Choose a place that you may use, or change its permissions.";
    case ENOENT:
    case ENOTDIR:
      return " Check the path; its directory must exist.";
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return " Make room, and try again.";
    case EMFILE:
      return descriptor_limit();
    case EBUSY:
      return " Another program uses it. Try again, or end that one.";
    default:
      return "";
  }
}

AppError cannot(std::string_view verb, const std::filesystem::path& path, const std::error_code& error) {
  return {ExitCode::io,
          "Cannot " + std::string(verb) + " " + quoted(path) + ": " + error.message() + "." + advice(error.value())};
}

AppError cannot_use(const Failure& failure, const std::string& more = "") {
  return {ExitCode::io, "Cannot use " + quoted(failure.path) + ": " + failure.detail + "." + more};
}

AppError cannot_listen(const Failure& failure) {
  const std::string what = "Cannot listen on " + failure.detail + ": " + failure.error.message() + ". ";
  if (failure.error == std::errc::address_in_use) {
    return {ExitCode::port_in_use, "Cannot listen on " + failure.detail +
                                       ": it is in use. Stop the program that uses it, or give another port "
                                       "to --listen; 0 takes a free one."};
  }
  if (failure.error == std::errc::permission_denied) {
    return {ExitCode::io, what +
                              "Ports below 1024 are for root and for programs with CAP_NET_BIND_SERVICE. Give a "
                              "port from 1024 to --listen."};
  }
  if (failure.error == std::errc::too_many_files_open) return {ExitCode::io, what + descriptor_limit()};
  return {ExitCode::usage, what + "Give an address of this machine to --listen."};
}

AppError cannot_connect(const Failure& failure) {
  const bool silent = failure.error == std::errc::timed_out;
  return {silent ? ExitCode::timeout : ExitCode::connection_lost,
          "Cannot connect to " + failure.detail + ": " + failure.error.message() +
              ". Check the address, and that pawl serve runs there."};
}

AppError cannot_open_line(const Failure& failure) {
  const std::error_code error = failure.error;
  const std::string what = "Cannot open the serial line " + failure.detail + ": " + error.message() + ". ";
  if (failure.kind == Kind::serial_connect) {
    const bool silent = error == std::errc::timed_out;
    return {silent ? ExitCode::timeout : ExitCode::connection_lost, what + "Check what carries the line there."};
  }
  if (error == std::errc::device_or_resource_busy) {
    return {ExitCode::port_in_use, what + "Stop the program that uses it."};
  }
  if (error == std::errc::invalid_argument) {
    return {ExitCode::usage, what + "It has no such rate; 9600 and 115200 are usual ones."};
  }
  if (error == std::errc::permission_denied) {
    return {ExitCode::io, what + "On most systems the members of a group may, for example dialout."};
  }
  return {ExitCode::io, what + "Check that it is plugged in, and its name."};
}

constexpr const char* kMadeAgain =
    " Check that it is the right file; one that pawl enroll made is made again by enrolling.";

AppError no_users_in(const Failure& failure) {
  return {ExitCode::io, "There are no users in " + quoted(failure.path) +
                            ". Enrol one into it first: pawl enroll USER --users " + quoted(failure.path) +
                            ", with --nstp for a server of NSTP."};
}

/// Without a path it is about the keys of tickets.
AppError wrong_store_key(const Failure& failure) {
  const std::string what = failure.path.empty() ? "keep tickets" : "use " + quoted(failure.path);
  return {ExitCode::authentication, "Cannot " + what + ": " + failure.detail + ". Check --store-key."};
}

AppError user_is_there(const Failure& failure) {
  return {ExitCode::usage, "There is a user " + failure.detail + " in " + quoted(failure.path) +
                               " already. Nothing was done. pawl user passwd gives another password, and pawl enroll "
                               "another credential."};
}

AppError no_line(const Failure& failure) {
  return {ExitCode::usage, "'" + failure.detail +
                               "' is no serial line. Write PATH, PATH:BAUD or tcp:HOST:PORT, for example "
                               "/dev/ttyUSB0:115200."};
}

AppError session_ended(const Failure& failure) {
  return {failure.core == Error::none ? ExitCode::connection_lost : exit_code(failure.core),
          failure.core == Error::none ? "The server ended the session before its time."
                                      : std::string(describe(failure.core))};
}

}  // namespace

AppError file_error(std::string_view verb, const std::filesystem::path& path) {
  return cannot(verb, path, {errno, std::generic_category()});
}

/// No default, so that the compiler asks for the words of a new kind.
AppError explain(const Failure& failure) {
  switch (failure.kind) {
    case Kind::core:
      return {exit_code(failure.core), std::string(describe(failure.core))};
    case Kind::file_read:
      return cannot("read", failure.path, failure.error);
    case Kind::file_write:
      return cannot("write", failure.path, failure.error);
    case Kind::file_make:
      return cannot("make", failure.path, failure.error);
    case Kind::file_lock:
      return cannot("lock", failure.path, failure.error);
    case Kind::save_directory:
      return cannot("save into", failure.path, failure.error);
    case Kind::file_unfit:
      return cannot_use(failure);
    case Kind::file_malformed:
      return cannot_use(failure, kMadeAgain);
    case Kind::config:
      return {ExitCode::usage, quoted(failure.path) + ", " + failure.detail + "."};
    case Kind::no_users:
      return no_users_in(failure);
    case Kind::store_key:
      return wrong_store_key(failure);
    case Kind::no_user:
      return {ExitCode::usage, "There is no user " + failure.detail + " in " + quoted(failure.path) +
                                   ". Nothing was done. pawl user list shows who is there."};
    case Kind::user_exists:
      return user_is_there(failure);
    case Kind::user_name:
    case Kind::address:
      return {ExitCode::usage, failure.detail};
    case Kind::serial_name:
      return no_line(failure);
    case Kind::listen:
      return cannot_listen(failure);
    case Kind::socket:
      return {ExitCode::usage, "Cannot listen on the socket '" + failure.detail + "' that was passed: " +
                                   failure.error.message() + ". It must be for streams or datagrams of IPv6 or IPv4."};
    case Kind::connect:
      return cannot_connect(failure);
    case Kind::reach:
      return {ExitCode::connection_lost,
              "Cannot reach " + failure.detail + ": " + failure.error.message() + ". Check the address."};
    case Kind::serial_open:
    case Kind::serial_connect:
      return cannot_open_line(failure);
    case Kind::command:
      return {ExitCode::io, "Cannot start " + failure.detail + ": " + failure.error.message() + "."};
    case Kind::command_ended:
      return {ExitCode::io, "The command " + failure.detail + "."};
    case Kind::forward:
      return {ExitCode::connection_lost, "Cannot forward to " + failure.detail + ": " + failure.error.message() + "."};
    case Kind::session:
      return session_ended(failure);
    case Kind::protocol:
      return {ExitCode::protocol, failure.detail + "."};
    case Kind::accept:
      return {ExitCode::io, "Cannot accept a connection: " + failure.error.message() + ". It has to wait." +
                                advice(failure.error.value())};
    case Kind::wait:
      return {ExitCode::io,
              "Cannot wait for the network: " + failure.error.message() + "." + advice(failure.error.value())};
    case Kind::idle_needed:
      return {ExitCode::usage,
              "Over datagrams a peer that is gone is noticed by its silence alone. Give --idle 3 or more."};
    case Kind::message_too_long:
      return {ExitCode::usage, failure.detail + ". Send shorter messages, or use TCP."};
    case Kind::unacknowledged:
      return {ExitCode::protocol,
              "The server did not acknowledge what was sent. Check that it is a server with --inbox. What waits in the "
              "outbox stays there."};
    case Kind::input:
      return {ExitCode::io, "Cannot read " + failure.detail + ": " + failure.error.message() + "."};
    case Kind::output:
      return {ExitCode::io, "Cannot write to standard output: " + failure.error.message() + "."};
  }
  return {ExitCode::internal, "An unknown failure. Please report this."};
}

}  // namespace pawl::app
