// SPDX-License-Identifier: Apache-2.0
/// The users of a server in a directory with one TOML file a user, and the key of the decoys.
#pragma once

#include <filesystem>
#include <map>
#include <utility>

#include <pawl/host/store/user_directory.hpp>
#include <pawl/host/store/user_store.hpp>

namespace pawl::host {

/// A user store over the files of a directory.
class TomlUsers final : public UserStore {
 public:
  /// Touches nothing yet. `directory` need not exist.
  explicit TomlUsers(std::filesystem::path directory);

  /// The file is read at every call. Kind::file_read, file_malformed or file_unfit, naming the file, if it cannot be
  /// read or is not that user's enrolment.
  [[nodiscard]] FailureOr<std::unique_ptr<StoredEnrolment>> find(Bytes user) const override;
  [[nodiscard]] std::uint64_t version(Bytes user) const override { return directory_.version(user); }
  /// It is in DIRECTORY/enumeration.key. It is made at the first call, also if two processes call at once.
  /// Kind::no_users if the directory does not exist. Kind::file_read, file_write, file_unfit or file_malformed.
  [[nodiscard]] FailureOr<EnumerationKey> enumeration_key() const override;

  /// Makes the directory if need be, but not its parents. Kind::file_make.
  [[nodiscard]] FailureOr<> make_directory() const { return directory_.make(); }
  /// Makes `enrolment` ready to be put in place of an earlier one of that user. Kind::user_name, file_write or
  /// file_unfit.
  [[nodiscard]] FailureOr<StagedFile> stage(const Enrolment& enrolment) const;
  /// Keeps other programs from enrolling users here. Kind::file_lock.
  [[nodiscard]] FailureOr<DirectoryLock> lock() const { return DirectoryLock::take(directory_.path()); }

  /// Where the enrolment of `user` is. Kind::user_name if the name is too long to name a file.
  [[nodiscard]] FailureOr<std::filesystem::path> path_of(Bytes user) const { return directory_.path_of(user); }

 private:
  UserDirectory directory_;
  /// The enrolment of nobody, and what each kind and mode lacks of its fields.
  FileText stand_in_;
  std::map<std::pair<Kind, Mode>, FileText> rests_;
};

}  // namespace pawl::host
