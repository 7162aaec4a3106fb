// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/user_store.hpp>

#include "tests/support/enrolled.hpp"

namespace pawl::host::test {

/// `found` is what a store keeps of `user`, field by field, and nobody else may read it.
inline void expect_same(const StoredEnrolment& found, const pawl::test::Enrolled& user) {
  using pawl::test::hex;
  const Enrolment& enrolment = found.enrolment;
  EXPECT_EQ(hex(enrolment.user), hex(user.enrolment.user));
  EXPECT_EQ(enrolment.kind, user.enrolment.kind);
  EXPECT_EQ(enrolment.mode, user.enrolment.mode);
  EXPECT_EQ(enrolment.generation, user.enrolment.generation);
  EXPECT_EQ(enrolment.iterations, user.enrolment.iterations);
  EXPECT_EQ(hex(enrolment.salt), hex(user.enrolment.salt));
  EXPECT_EQ(hex(enrolment.psk.bytes()), hex(user.enrolment.psk.bytes()));
  EXPECT_EQ(hex(enrolment.verifier), hex(user.enrolment.verifier));
  EXPECT_EQ(enrolment.pake, user.enrolment.mode == Mode::pake ? &found.pake : nullptr);
  EXPECT_EQ(hex(found.pake.verifier), hex(user.verifier.verifier));
  EXPECT_EQ(hex(found.pake.blinds.w0.bytes()), hex(user.verifier.blinds.w0.bytes()));
  EXPECT_EQ(hex(found.pake.blinds.w0_m.bytes()), hex(user.verifier.blinds.w0_m.bytes()));
  EXPECT_EQ(hex(found.pake.blinds.w0_n.bytes()), hex(user.verifier.blinds.w0_n.bytes()));
  EXPECT_EQ(found.exposed, "");
}

/// Users in memory.
class MemoryUsers final : public UserStore {
 public:
  struct User {
    std::shared_ptr<pawl::test::Enrolled> enrolment;
    std::uint64_t version = 1;
    std::filesystem::path exposed{};
  };

  pawl::test::Enrolled& enrol(const std::string& name, const pawl::test::Flow& flow = pawl::test::kRawKeyPsk) {
    User& user = users_[name];
    const pawl::test::Buffer bytes = pawl::test::bytes_of(name);
    user.enrolment =
        std::make_shared<pawl::test::Enrolled>(pawl::test::Account{.flow = flow, .user = bytes, .iterations = 10});
    user.version = ++versions_;
    return *user.enrolment;
  }
  void remove(const std::string& name) { users_.erase(name); }
  /// Everybody can read the enrolment of `name`, in the file `path`.
  void expose(const std::string& name, const std::filesystem::path& path) { users_[name].exposed = path; }
  /// From now on nobody can be looked up.
  void fail(Failure failure) { failure_ = std::move(failure); }

  [[nodiscard]] FailureOr<std::unique_ptr<StoredEnrolment>> find(Bytes user) const override {
    if (failure_) return *failure_;
    const auto found = users_.find(std::string(user.begin(), user.end()));
    if (found == users_.end()) return std::unique_ptr<StoredEnrolment>();
    auto stored = std::make_unique<StoredEnrolment>();
    const pawl::test::Enrolled& enrolment = *found->second.enrolment;
    stored->user = found->first;
    copy_enrolment(enrolment, *stored);
    stored->exposed = found->second.exposed;
    return stored;
  }
  [[nodiscard]] std::optional<std::uint64_t> version(Bytes user) const override {
    const auto found = users_.find(std::string(user.begin(), user.end()));
    return found == users_.end() ? 0 : found->second.version;
  }
  [[nodiscard]] FailureOr<EnumerationKey> enumeration_key() const override { return EnumerationKey(); }

 private:
  static void copy_enrolment(const pawl::test::Enrolled& from, StoredEnrolment& to) {
    to.enrolment.user = bytes_of(to.user);
    to.enrolment.kind = from.enrolment.kind;
    to.enrolment.mode = from.enrolment.mode;
    to.enrolment.generation = from.enrolment.generation;
    to.enrolment.iterations = from.enrolment.iterations;
    to.enrolment.salt = from.enrolment.salt;
    copy(from.enrolment.psk.bytes(), to.enrolment.psk.writable());
    to.enrolment.verifier = from.enrolment.verifier;
  }

  std::map<std::string, User> users_;
  std::uint64_t versions_ = 0;
  std::optional<Failure> failure_;
};

}  // namespace pawl::host::test
