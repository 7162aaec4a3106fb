// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <pawl/base/config.hpp>
#include <pawl/crypto/constant_time.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/store/editable_users.hpp>
#include <pawl/port/posix/random.hpp>

namespace pawl::host {
namespace {

Failure about_user(Failure::Kind kind, const EditableUsers& users, Bytes user) {
  return {.kind = kind, .path = users.path(), .detail = printable(user)};
}

/// Of a removed user no secret may remain.
FailureOr<> write_removed(UserEdit& edit, Bytes user, std::uint32_t generation) {
  Nobody nobody;
  nobody.enrolment.user = user;
  nobody.enrolment.generation = generation;
  return edit.write(nobody.enrolment, UserState::removed);
}

FailureOr<> write_changed(UserEdit& edit, StoredEnrolment& stored, std::uint32_t generation, UserState state) {
  if (state == UserState::removed) return write_removed(edit, stored.enrolment.user, generation);
  stored.enrolment.generation = generation;
  return edit.write(stored.enrolment, state);
}

bool same(const StoredEnrolment& one, const StoredEnrolment& other) {
  return one.state == other.state && one.enrolment.generation == other.enrolment.generation &&
         one.enrolment.mode == other.enrolment.mode && equal(one.enrolment.psk.bytes(), other.enrolment.psk.bytes());
}

/// The generation that `copied` gets where `earlier` is, or none if it need not be copied.
FailureOr<std::optional<std::uint32_t>> generation_of_copy(const StoredEnrolment& copied, const EditableUsers& to,
                                                           const StoredEnrolment* earlier, Existing existing) {
  if (earlier != nullptr && same(copied, *earlier)) return std::optional<std::uint32_t>();
  if (is_user(earlier) && existing == Existing::kept) {
    return about_user(Failure::Kind::user_exists, to, copied.enrolment.user);
  }
  const auto next = next_generation(to, earlier);
  if (!next.ok()) return next.failure();
  return std::optional(std::max(next.value(), copied.enrolment.generation));
}

}  // namespace

std::string name(UserState state) {
  switch (state) {
    case UserState::enabled:
      return "enabled";
    case UserState::disabled:
      return "disabled";
    case UserState::removed:
      return "removed";
  }
  return "unknown";
}

UserSummary summary_of(const StoredEnrolment& stored) {
  const Enrolment& enrolment = stored.enrolment;
  const bool password = enrolment.kind == Kind::password;
  return {.user = stored.user,
          .kind = enrolment.kind,
          .mode = enrolment.mode,
          .generation = enrolment.generation,
          .iterations = password ? enrolment.iterations : 0,
          .state = stored.state};
}

Nobody::Nobody() {
  enrolment.mode = Mode::pake;
  enrolment.pake = &pake;
  enrolment.iterations = Config::kIterationsFloor;
}

FailureOr<EnumerationKey> draw_enumeration_key() {
  EnumerationKey key;
  SystemRandom random;
  const Status drawn = random.fill(key.writable());
  return drawn.ok() ? FailureOr<EnumerationKey>(std::move(key)) : core_failure(drawn.error());
}

bool is_user(const StoredEnrolment* stored) { return stored != nullptr && stored->state != UserState::removed; }

FailureOr<std::uint32_t> next_generation(const EditableUsers& users, const StoredEnrolment* earlier) {
  if (earlier == nullptr) return 1;
  if (earlier->enrolment.generation < std::numeric_limits<std::uint32_t>::max())
    return earlier->enrolment.generation + 1;
  return Failure{.kind = Failure::Kind::file_unfit,
                 .path = users.path(),
                 .detail = "the user " + printable(bytes_of(earlier->user)) + " cannot be changed any more often"};
}

FailureOr<> save(EditableUsers& users, const Enrolment& enrolment) {
  auto edit = users.edit();
  if (!edit.ok()) return edit.failure();
  PAWL_HOST_TRY(edit.value()->write(enrolment, UserState::enabled));
  return edit.value()->commit();
}

FailureOr<std::unique_ptr<StoredEnrolment>> require_user(const EditableUsers& users, Bytes user) {
  auto stored = users.read(user);
  if (stored.ok() && !is_user(stored.value().get())) return about_user(Failure::Kind::no_user, users, user);
  return stored;
}

FailureOr<std::uint32_t> set_state(EditableUsers& users, Bytes user, UserState state) {
  // A store that does not exist is not made for that.
  if (const auto known = require_user(users, user); !known.ok()) return known.failure();
  const auto edit = users.edit();
  if (!edit.ok()) return edit.failure();
  const auto earlier = require_user(users, user);
  if (!earlier.ok()) return earlier.failure();
  if (earlier.value()->state == state) return earlier.value()->enrolment.generation;
  auto generation = next_generation(users, earlier.value().get());
  if (!generation.ok()) return generation.failure();
  PAWL_HOST_TRY(write_changed(*edit.value(), *earlier.value(), generation.value(), state));
  PAWL_HOST_TRY(edit.value()->commit());
  return generation;
}

FailureOr<std::size_t> copy_users(const EditableUsers& from, EditableUsers& to, Existing existing) {
  const auto listed = from.list();
  if (!listed.ok()) return listed.failure();
  auto key = from.enumeration_key();
  if (!key.ok()) return key.failure();
  const auto edit = to.edit();
  if (!edit.ok()) return edit.failure();
  std::size_t changed = 0;
  for (const UserSummary& each : listed.value()) {
    const auto copied = from.read(bytes_of(each.user));
    const auto earlier = to.read(bytes_of(each.user));
    if (!copied.ok() || !earlier.ok()) return copied.ok() ? earlier.failure() : copied.failure();
    if (!copied.value()) continue;
    const auto generation = generation_of_copy(*copied.value(), to, earlier.value().get(), existing);
    if (!generation.ok()) return generation.failure();
    if (!generation.value()) continue;
    PAWL_HOST_TRY(write_changed(*edit.value(), *copied.value(), *generation.value(), copied.value()->state));
    if (is_user(copied.value().get())) ++changed;
  }
  edit.value()->offer_key(std::move(key.value()));
  PAWL_HOST_TRY(edit.value()->commit());
  return changed;
}

}  // namespace pawl::host
