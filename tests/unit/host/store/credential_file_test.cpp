// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/credential_file.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include <pawl/host/store/toml_users.hpp>
#include "tests/support/enrolled.hpp"
#include "tests/support/names.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::credential_file_test {
namespace {

using pawl::test::Enrolled;
using pawl::test::Flow;
using pawl::test::hex;
using test::content_of;
using test::failure_of;
using test::has;
using test::mode_of;
using test::put_content;
using test::succeeds;
using test::TemporaryDirectory;
using test::value_of;

class CredentialFile : public testing::Test {
 protected:
  void save(const ClientCredential& credential) {
    EXPECT_TRUE(succeeds(value_of(stage_credential(path_, credential)).commit()));
  }
  /// Puts `content` into the file and expects it to be refused by its name, without a secret of it.
  std::string refused(const std::string& content) {
    put_content(path_, content);
    const Failure failure = failure_of(Failure::Kind::file_malformed, load_credential(path_));
    EXPECT_EQ(failure.path, path_);
    EXPECT_FALSE(has(failure.detail, psk_.substr(0, 8)));
    return failure.detail;
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "credential.toml";
  Enrolled alice_{{.flow = pawl::test::kPasswordEcdhe}};
  std::string psk_ = hex(alice_.credential.psk.bytes());
};

class CredentialFileOf : public CredentialFile, public testing::WithParamInterface<Flow> {};

INSTANTIATE_TEST_SUITE_P(, CredentialFileOf, testing::ValuesIn(pawl::test::kFlows), pawl::test::name_of_flow);

TEST_P(CredentialFileOf, IsReadAsWritten) {
  const Enrolled user({.flow = GetParam(), .user = pawl::test::bytes_of("ann \"\xC3\xBC\\")});
  save(user.credential);
  const auto read = value_of(load_credential(path_));
  EXPECT_EQ(read->user, "ann \"\xC3\xBC\\");
  EXPECT_EQ(hex(read->credential.user), hex(user.credential.user));
  EXPECT_EQ(read->credential.kind, user.credential.kind);
  EXPECT_EQ(read->credential.mode, user.credential.mode);
  EXPECT_TRUE(read->credential.derived);
  EXPECT_EQ(read->credential.iterations, user.credential.iterations);
  EXPECT_EQ(hex(read->credential.salt), hex(user.credential.salt));
  EXPECT_EQ(hex(read->credential.psk.bytes()), hex(user.credential.psk.bytes()));
  EXPECT_EQ(hex(read->credential.w1.bytes()), hex(user.credential.w1.bytes()));
  EXPECT_FALSE(read->exposed);
}

TEST_F(CredentialFile, SaysThatItIsSecret) {
  save(alice_.credential);
  EXPECT_EQ(content_of(path_).rfind("# SECRET: a credential of pawl", 0), 0U);
  EXPECT_EQ(mode_of(path_), 0600U);
}

TEST_F(CredentialFile, OfModePakeHasW0AndNoPoints) {
  const Enrolled pake({.flow = pawl::test::kPasswordPake});
  save(pake.credential);
  const auto read = value_of(load_credential(path_));
  ASSERT_EQ(read->credential.pake, &read->pake);
  EXPECT_EQ(hex(read->pake.w0.bytes()), hex(pake.blinds.w0.bytes()));
  EXPECT_EQ(hex(read->pake.w0_m.bytes()), hex(pake.blinds.w0_m.bytes()));
  EXPECT_EQ(hex(read->pake.w0_n.bytes()), hex(pake.blinds.w0_n.bytes()));
  std::string text = content_of(path_);
  text.replace(text.find("w0 = \"") + 6, 64, 64, 'f');
  EXPECT_TRUE(has(refused(text), "w0"));
}

TEST_F(CredentialFile, SaysThatEverybodyMayReadIt) {
  save(alice_.credential);
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_TRUE(value_of(load_credential(path_))->exposed);
}

TEST_F(CredentialFile, MissingOneIsNamed) {
  EXPECT_EQ(failure_of(Failure::Kind::file_read, load_credential(path_)).path, path_);
}

TEST_F(CredentialFile, RefusesAServersRecord) {
  TomlUsers users(directory_.path());
  EXPECT_TRUE(succeeds(host::save(users, alice_.enrolment)));
  EXPECT_TRUE(has(refused(content_of(directory_ / "alice.toml")), "pawl credential 1"));
}

TEST_F(CredentialFile, RefusesAScalarThatIsNone) {
  save(alice_.credential);
  std::string text = content_of(path_);
  for (const char digit : {'0', 'f'}) {
    text.replace(text.find("w1 = \"") + 6, 64, 64, digit);
    EXPECT_TRUE(has(refused(text), "w1"));
  }
}

TEST_F(CredentialFile, NamesTheLineThatIsNotToml) {
  save(alice_.credential);
  std::string text = content_of(path_);
  text.replace(text.find("psk = \""), 7, "psk = ");
  EXPECT_TRUE(has(refused(text), "line 10"));
}

}  // namespace
}  // namespace pawl::host::credential_file_test
