// SPDX-License-Identifier: Apache-2.0
/// Errors as values. The core neither throws nor aborts. A function that can fail says so in its type.
#pragma once

#include <cstdint>

namespace pawl {

/// Every way in which something of Pawl can fail. The program sees these, and the wire never does (PROTOCOL.md 11.3).
/// The type is as wide as the processor likes best, because errors go from function to function everywhere.
enum class Error : std::uint_fast8_t {
  none,                   ///< No error.
  invalid_argument,       ///< The caller broke the contract of the function. Nothing happened.
  wrong_state,            ///< The call does not fit the present state. Nothing happened.
  would_block,            ///< No room now. Deliver outgoing() and call again.
  too_long,               ///< The message does not fit one datagram. Nothing happened.
  random_failed,          ///< The random source failed. Nothing was sent that depends on it.
  crypto_failed,          ///< A primitive refused its input, as an invalid point or a tag that does not verify.
  malformed,              ///< Bytes that do not follow PROTOCOL.md.
  unsupported,            ///< The peer has another version, or this build lacks the mode.
  authentication_failed,  ///< Wrong password, key or user. The peer refused us (Reject 1), or its proof was wrong.
  iterations_refused,     ///< The server asked for an iteration count outside the client's floor and ceiling.
  credential_stale,       ///< The stored credential is of another enrolment. The password is needed again.
  derivation_slow,        ///< The derivation took over 20 s. Start a new attempt with the derived credential.
  busy,                   ///< The peer is busy (Reject 3). Wait for retry_after.
  timeout,                ///< The handshake took too long.
  connection_lost,        ///< The transport ended during the handshake, or failed.
  truncated,              ///< The transport ended in an open session without a close.
  tampered,               ///< Bytes in an open session were altered, lost, repeated or reordered.
  protocol,               ///< The authenticated peer broke the protocol.
  idle,                   ///< Nothing authentic arrived for the idle time-out.
  limit,                  ///< A limit of records or epochs is reached.
  expired,                ///< The session reached its lifetime.
  replayed,               ///< A record of a datagram session has come before, or is too old.
  superseded,             ///< The peer began anew on a line that has one peer.
  unconfirmed,            ///< We closed and got no answer. Nobody knows whether the last messages were delivered.
};

/// Success, or the Error that happened.
class [[nodiscard]] Status {
 public:
  constexpr Status() = default;
  constexpr Status(Error error) : error_(error) {}  // NOLINT(google-explicit-constructor): `return Error::x;`

  [[nodiscard]] constexpr bool ok() const { return error_ == Error::none; }
  [[nodiscard]] constexpr Error error() const { return error_; }

 private:
  Error error_ = Error::none;
};

/// A T, or the Error because of which there is none. value() may be called only if ok(). T is a small,
/// default-constructible value type.
template <class T>
class [[nodiscard]] Result {
 public:
  constexpr Result(const T& value) : value_(value) {}  // NOLINT(google-explicit-constructor): `return value;`
  constexpr Result(Error error) : error_(error) {}     // NOLINT(google-explicit-constructor): `return Error::x;`

  [[nodiscard]] constexpr bool ok() const { return error_ == Error::none; }
  [[nodiscard]] constexpr Error error() const { return error_; }
  [[nodiscard]] constexpr const T& value() const { return value_; }

 private:
  T value_{};
  Error error_ = Error::none;
};

}  // namespace pawl

/// Leaves the calling function with the error of `expression`, a Status, if it has one.
#define PAWL_TRY(expression)                           \
  do {                                                 \
    const ::pawl::Status pawl_status = (expression);   \
    if (!pawl_status.ok()) return pawl_status.error(); \
  } while (false)
