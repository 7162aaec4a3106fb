// SPDX-License-Identifier: Apache-2.0
/// What an operator needs of a user store: who is there, and changes that count at once for every server of the store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pawl/host/store/user_store.hpp>

namespace pawl::host {

/// What may be shown of a user. It holds no secret.
struct UserSummary {
  std::string user;
  Kind kind = Kind::password;
  Mode mode = Mode::psk;
  std::uint32_t generation = 0;
  /// Kind password only.
  std::uint32_t iterations = 0;
  UserState state = UserState::enabled;
};

/// What may be shown of `stored`.
UserSummary summary_of(const StoredEnrolment& stored);

/// A change of a user store. While it lives, nobody else changes the store. Ends without effect unless commit() was
/// called.
class UserEdit {
 public:
  UserEdit() = default;
  UserEdit(const UserEdit&) = delete;
  UserEdit& operator=(const UserEdit&) = delete;
  virtual ~UserEdit() = default;

  /// Puts `enrolment` in place of what there is of its user. Its generation must be larger than that one's. Of a
  /// removed user nothing but the name and the generation matters. Kind::user_name, file_write.
  [[nodiscard]] virtual FailureOr<> write(const Enrolment& enrolment, UserState state) = 0;

  /// The key of the decoys, unless the store has one already.
  virtual void offer_key(EnumerationKey key) = 0;

  /// Makes all count that was written, and draws a key of the decoys if there is none. To be called once.
  /// Kind::file_write and core. After a failure the store is as it was, but in a directory a part may have been
  /// replaced if there are several users.
  [[nodiscard]] FailureOr<> commit() {
    return commit_after([] { return FailureOr<>(); });
  }

  /// The same, but `first` is done right before, while nobody else changes the store. If `first` fails, that is the
  /// failure, and the store is as it was.
  [[nodiscard]] virtual FailureOr<> commit_after(const std::function<FailureOr<>()>& first) = 0;
};

/// A user store that can be looked through and changed.
class EditableUsers : public UserStore {
 public:
  /// All users in the order of their names, with those that are disabled or removed. Kind::no_users if there is no
  /// store, and failures as find().
  [[nodiscard]] virtual FailureOr<std::vector<UserSummary>> list() const = 0;

  /// As find(), but also a user who is disabled or removed. It may take another time for each user.
  [[nodiscard]] virtual FailureOr<std::unique_ptr<StoredEnrolment>> read(Bytes user) const = 0;

  /// Begins a change, and makes the store if there is none, but not the directory that it is in. Waits until nobody
  /// else changes it. Kind::file_make, file_lock, file_read, file_write, file_unfit, file_malformed.
  [[nodiscard]] virtual FailureOr<std::unique_ptr<UserEdit>> edit() = 0;

  /// The file that `user` is or would be in. Kind::user_name if the name is too long for this store.
  [[nodiscard]] virtual FailureOr<std::filesystem::path> path_of(Bytes user) const = 0;

  /// What the store is in.
  [[nodiscard]] virtual const std::filesystem::path& path() const = 0;
};

/// Stands for a user without a credential. It has the form of mode pake, which has the most fields, and no secret.
struct Nobody {
  Nobody();
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;
  ~Nobody() = default;

  PakeVerifier pake{};
  /// Without a name.
  Enrolment enrolment{};
};

/// Draws a key of the decoys. Kind::core.
FailureOr<EnumerationKey> draw_enumeration_key();

/// Whether `stored`, which may be null, is a user and not what is left of one.
bool is_user(const StoredEnrolment* stored);

/// The enrolment of `user`, also of one who is disabled. Kind::no_user if there is none, and failures as read().
FailureOr<std::unique_ptr<StoredEnrolment>> require_user(const EditableUsers& users, Bytes user);

/// The generation of the enrolment after `earlier`, or 1 if that is null. So it goes on where a removed user ended.
/// Kind::file_unfit if there is none any more.
FailureOr<std::uint32_t> next_generation(const EditableUsers& users, const StoredEnrolment* earlier);

/// Puts `enrolment` in place of an earlier one of that user, with the generation that it has, in a change of its own.
/// Failures as UserEdit.
FailureOr<> save(EditableUsers& users, const Enrolment& enrolment);

/// Enables, disables or removes `user` with the next generation, so that sessions and tickets of before end. Nothing
/// changes if that is the user's state already. Returns the generation. Kind::no_user, and failures as UserEdit.
FailureOr<std::uint32_t> set_state(EditableUsers& users, Bytes user, UserState state);

/// Whether copy_users() may replace users by others of that name.
enum class Existing { kept, replaced };

/// Copies all users of `from` into `to`, and its key of the decoys if `to` has none. A user keeps the generation,
/// unless `to` had one that is not smaller, which is gone on from. One who is the same in both stays as it is. What is
/// left of removed users is copied too. Returns how many users were copied. Kind::user_exists if another one of that
/// name is there and is to be kept, and failures as UserEdit. Then nothing has changed.
FailureOr<std::size_t> copy_users(const EditableUsers& from, EditableUsers& to, Existing existing);

}  // namespace pawl::host
