// SPDX-License-Identifier: Apache-2.0
/// What can go wrong on a computer, as a value. Whoever shows it to people finds the words for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <pawl/base/result.hpp>

namespace pawl::host {

/// One thing that went wrong, with the system's error and the path where there is one.
struct Failure {
  enum class Kind : std::uint8_t {
    core,              ///< A function of the core failed with `core`.
    file_read,         ///< `path` cannot be read, for the reason `error`.
    file_write,        ///< `path` cannot be written, for the reason `error`.
    file_make,         ///< `path` cannot be made, for the reason `error`.
    file_lock,         ///< `path` cannot be locked, for the reason `error`.
    save_directory,    ///< No file can be made in the directory `path`, for the reason `error`.
    file_unfit,        ///< `path` is not what it must be, as `detail` says.
    file_malformed,    ///< `path` is not a file of ours, or is damaged, as `detail` says.
    config,            ///< The configuration `path` is wrong. `detail` names line and key, and says what may be there.
    no_users,          ///< There are no users in `path` yet.
    no_user,           ///< There is no user `detail` in `path`.
    store_key,         ///< The store key does not fit the users in `path`: `detail`.
    user_exists,       ///< There is a user `detail` in `path` already.
    user_name,         ///< A user cannot be enrolled under this name. `detail` says why.
    address,           ///< Something is no address. `detail` says what, and how to write one.
    serial_name,       ///< `detail` is no serial line.
    listen,            ///< Nobody can listen at `detail`, for the reason `error`.
    socket,            ///< The socket `detail`, which was passed, cannot be listened on, for the reason `error`.
    connect,           ///< There is no connection to `detail`, for the reason `error`.
    reach,             ///< No datagram can be sent to `detail`, for the reason `error`.
    serial_open,       ///< The serial line `detail` cannot be opened, for the reason `error`.
    serial_connect,    ///< What carries the serial line `detail` over TCP does not answer, for the reason `error`.
    command,           ///< The command `detail` cannot be started, for the reason `error`.
    command_ended,     ///< A command did not end well. `detail` says which, and how.
    forward,           ///< There is no connection to `detail`, where sessions are forwarded to, for the reason `error`.
    session,           ///< A session did not end as it should, with `core`, which may be none.
    protocol,          ///< A client does not keep to what the server is for. `detail` says how.
    accept,            ///< A connection that waits cannot be accepted, for the reason `error`.
    wait,              ///< The system does not let the program wait for its descriptors, for the reason `error`.
    idle_needed,       ///< Over datagrams a session needs an idle time-out.
    message_too_long,  ///< A message is too long to be sent as one unit. `detail` tells the limit.
    unacknowledged,    ///< What a server answered to a message of an outbox is not the acknowledgement of it.
    input,             ///< The input `detail` cannot be read, for the reason `error`.
    output,            ///< The output takes no more, for the reason `error`.
  };

  Kind kind = Kind::core;
  /// What the system said.
  std::error_code error{};
  std::filesystem::path path{};
  /// What it is about, or what is wrong with it. It is fit to be printed, and never a secret.
  std::string detail{};
  Error core = Error::none;
};

/// The failure for a core's `error`.
inline Failure core_failure(Error error) { return {.core = error}; }
/// The failure of a file, right after the call that set errno.
Failure file_failure(Failure::Kind kind, std::filesystem::path path);
/// The same with a value of errno.
Failure file_failure(Failure::Kind kind, std::filesystem::path path, int error);

/// A T, or the Failure that stood in its way. value() may be called only if ok(), and failure() only if not.
template <class T = void>
class [[nodiscard]] FailureOr {
 public:
  FailureOr(T value) : value_(std::move(value)) {}              // NOLINT(google-explicit-constructor): `return value;`
  FailureOr(Failure failure) : failure_(std::move(failure)) {}  // NOLINT(google-explicit-constructor): the same

  [[nodiscard]] bool ok() const { return value_.has_value(); }
  /// The value, to look at or to move away.
  [[nodiscard]] T& value() { return *value_; }
  [[nodiscard]] const T& value() const { return *value_; }
  [[nodiscard]] const Failure& failure() const { return failure_; }

 private:
  std::optional<T> value_{};
  Failure failure_{};
};

/// Success, or a Failure. failure() may be called only if not ok().
template <>
class [[nodiscard]] FailureOr<void> {
 public:
  FailureOr() = default;
  FailureOr(Failure failure) : failure_(std::move(failure)) {}  // NOLINT(google-explicit-constructor): `return x;`
  /// A failure of the core, unless `status` is ok.
  explicit FailureOr(Status status) {
    if (!status.ok()) failure_ = core_failure(status.error());
  }

  [[nodiscard]] bool ok() const { return !failure_; }
  [[nodiscard]] const Failure& failure() const { return *failure_; }

 private:
  std::optional<Failure> failure_{};
};

}  // namespace pawl::host

/// Leaves the calling function with the failure of `expression`, a FailureOr<>, if it has one.
#define PAWL_HOST_TRY(expression)                              \
  do {                                                         \
    const ::pawl::host::FailureOr<>& pawl_done = (expression); \
    if (!pawl_done.ok()) return pawl_done.failure();           \
  } while (false)
