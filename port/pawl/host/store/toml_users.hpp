// SPDX-License-Identifier: Apache-2.0
/// The users of a server in a directory with one TOML file a user, and the key of the decoys.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include <pawl/host/store/editable_users.hpp>
#include <pawl/host/store/user_directory.hpp>

namespace pawl::host {

/// A user store over the files of a directory.
class TomlUsers final : public EditableUsers {
 public:
  /// Touches nothing yet. `directory` need not exist.
  explicit TomlUsers(std::filesystem::path directory);

  /// The file is read at every call. Kind::file_read, file_malformed or file_unfit, naming the file, if it cannot be
  /// read or is not that user's enrolment.
  [[nodiscard]] FailureOr<std::unique_ptr<StoredEnrolment>> find(Bytes user) const override;
  [[nodiscard]] std::optional<std::uint64_t> version(Bytes user) const override { return directory_.version(user); }
  /// It is in DIRECTORY/enumeration.key. It is made at the first call, also if two processes call at once.
  /// Kind::no_users if the directory does not exist. Kind::file_read, file_write, file_unfit or file_malformed.
  [[nodiscard]] FailureOr<EnumerationKey> enumeration_key() const override;

  /// One file that cannot be read makes it fail, and is named.
  [[nodiscard]] FailureOr<std::vector<UserSummary>> list() const override;
  [[nodiscard]] FailureOr<std::unique_ptr<StoredEnrolment>> read(Bytes user) const override;
  [[nodiscard]] FailureOr<std::unique_ptr<UserEdit>> edit() override;
  [[nodiscard]] FailureOr<std::filesystem::path> path_of(Bytes user) const override { return directory_.path_of(user); }
  [[nodiscard]] const std::filesystem::path& path() const override { return directory_.path(); }

 private:
  class Edit;

  /// The enrolment in the file `path`, null if there is no such file.
  [[nodiscard]] FailureOr<std::unique_ptr<StoredEnrolment>> load(const std::filesystem::path& path) const;

  UserDirectory directory_;
  /// The enrolment of nobody, and what each kind and mode lacks of its fields.
  FileText stand_in_;
  std::map<std::pair<Kind, Mode>, FileText> rests_;
};

}  // namespace pawl::host
