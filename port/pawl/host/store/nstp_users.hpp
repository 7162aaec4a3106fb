// SPDX-License-Identifier: Apache-2.0
/// The users of a server of NSTP. Each has one TOML file, which is beside the enrolments of version 2 and never taken
/// for one of them. It has another name, another format, and a key of another type.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <pawl/host/store/user_directory.hpp>
#include <pawl/nstp/key_schedule.hpp>

namespace pawl::host {

/// What a server of NSTP keeps of a user.
struct NstpEnrolment {
  NstpEnrolment() = default;
  NstpEnrolment(const NstpEnrolment&) = delete;
  NstpEnrolment& operator=(const NstpEnrolment&) = delete;

  std::string user;
  nstp::Psk psk;
  /// As StoredEnrolment::exposed.
  std::filesystem::path exposed;
};

/// The users of a server of NSTP, in a directory.
class NstpUsers {
 public:
  /// Touches nothing yet. `directory` need not exist. `device_salt` is what the keys of all users are derived with.
  NstpUsers(std::filesystem::path directory, std::vector<std::uint8_t> device_salt);

  /// Reads the enrolment of `user`, which is any bytes. Null if there is none. The file is read at every call. Fails as
  /// TomlUsers::find() does, and with Kind::file_unfit if it was made for another device salt.
  [[nodiscard]] FailureOr<std::unique_ptr<NstpEnrolment>> find(Bytes user) const;
  /// As UserStore::version().
  [[nodiscard]] std::optional<std::uint64_t> version(Bytes user) const { return directory_.version(user); }
  /// Kind::no_users unless the directory exists.
  [[nodiscard]] FailureOr<> require() const { return directory_.require(); }

  /// Writes `enrolment` in place of an earlier one of that user. Makes the directory if need be, but not its parents.
  /// Kind::user_name if the user name cannot be enrolled or is too long to name a file. Kind::file_make, file_lock,
  /// file_write or file_unfit.
  [[nodiscard]] FailureOr<> save(const NstpEnrolment& enrolment) const;

  /// Where save() writes the enrolment of `user`. Kind::user_name if the name is too long to name a file.
  [[nodiscard]] FailureOr<std::filesystem::path> path_of(Bytes user) const { return directory_.path_of(user); }

 private:
  UserDirectory directory_;
  std::vector<std::uint8_t> device_salt_;
};

}  // namespace pawl::host
