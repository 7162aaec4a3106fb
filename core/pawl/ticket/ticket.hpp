// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/result.hpp>
#include <pawl/base/secret.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl {

/// What a session that is resumed is keyed with, `rs` of PROTOCOL.md 12. Client and server compute it, and it is never
/// sent in clear.
using TicketSecret = Secret<struct TicketSecretTag, 32>;

/// Names the sessions that descend by tickets from one login with a password or raw key (PROTOCOL.md 7).
using Chain = ByteArray<16>;

/// What a server writes into a ticket, for itself (PROTOCOL.md 12). Times are in seconds of the server's clock.
class Ticket {
 public:
  TicketSecret secret{};
  Chain chain{};
  /// When the ticket, and every ticket of its chain, ends.
  std::uint64_t not_after = 0;
  std::uint64_t chain_not_after = 0;
  /// Of the user's enrolment, Enrolment::generation and its mode.
  std::uint32_t generation = 0;
  Mode mode = Mode::psk;

  /// 1..128 bytes once set_user() has succeeded.
  [[nodiscard]] Bytes user() const { return Bytes(user_).first(user_size_); }
  /// Copies it. Error::invalid_argument if it is empty or longer than kMaxUser.
  Status set_user(Bytes user);

 private:
  ByteArray<kMaxUser> user_{};
  std::uint8_t user_size_ = 0;
};

}  // namespace pawl
