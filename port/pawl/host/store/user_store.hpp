// SPDX-License-Identifier: Apache-2.0
/// What a server needs to know of its users, wherever it is kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <pawl/handshake/credential.hpp>
#include <pawl/handshake/decoy.hpp>
#include <pawl/host/base/failure.hpp>
#include <pawl/host/store/ticket_key_store.hpp>

namespace pawl::host {

/// Whether a server knows a user.
enum class UserState : std::uint8_t {
  enabled,
  disabled,  ///< Nobody finds the user until he is enabled again.
  removed,   ///< Nothing is left but the generation, so that another enrolment does not begin with one that was used.
};

/// "enabled", "disabled", "removed"
std::string name(UserState state);

/// An enrolment that owns its user name.
struct StoredEnrolment {
  StoredEnrolment() = default;
  StoredEnrolment(const StoredEnrolment&) = delete;
  StoredEnrolment& operator=(const StoredEnrolment&) = delete;

  std::string user;
  /// What enrolment.pake points to, if the mode is pake.
  PakeVerifier pake;
  /// enrolment.user views `user`.
  Enrolment enrolment;
  UserState state = UserState::enabled;
  /// The file that everybody on the machine may read or write, which the operator should be told. It is empty if all is
  /// well.
  std::filesystem::path exposed;
};

/// The users of a server. Changes count at once.
class UserStore {
 public:
  UserStore() = default;
  UserStore(const UserStore&) = delete;
  UserStore& operator=(const UserStore&) = delete;
  virtual ~UserStore() = default;

  /// The enrolment of `user`, which is any bytes. Null if there is none, or none that is enabled. A call takes as long
  /// for a user that does not exist as for one that does (PROTOCOL.md 8.4). A failure is the server's own trouble, and
  /// says nothing about the user.
  [[nodiscard]] virtual FailureOr<std::unique_ptr<StoredEnrolment>> find(Bytes user) const = 0;

  /// A number that changes whenever the enrolment of `user` becomes another one. It is 0 while there is none. By it the
  /// sessions of an enrolment that was replaced or removed are found and closed. None if it cannot be known now, and
  /// then no session is closed.
  [[nodiscard]] virtual std::optional<std::uint64_t> version(Bytes user) const = 0;

  /// The key of the decoys (PROTOCOL.md 8.4), the same at every call.
  [[nodiscard]] virtual FailureOr<EnumerationKey> enumeration_key() const = 0;

  /// Where keys of tickets for these users can be kept, sealed. It lives as long as the users. Null if nowhere.
  [[nodiscard]] virtual const TicketKeyStore* ticket_key_store() const { return nullptr; }
};

}  // namespace pawl::host
