// SPDX-License-Identifier: Apache-2.0
#include "apps/credential_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "apps/record_store.hpp"
#include "tests/support/enrolment.hpp"
#include "tests/support/names.hpp"
#include "tests/unit/apps/refusal.hpp"
#include "tests/unit/apps/temporary_directory.hpp"

namespace pawl::app::credential_file_test {
namespace {

using pawl::test::Enrolment;
using pawl::test::Flow;
using pawl::test::hex;
using test::content_of;
using test::has;
using test::mode_of;
using test::put_content;
using test::refusal;
using test::TemporaryDirectory;

class CredentialFile : public testing::Test {
 protected:
  /// Puts `content` into the file and expects it to be refused by its name, without a secret of it.
  std::string refused(const std::string& content) {
    put_content(path_, content);
    std::string text = refusal(ExitCode::io, [&] { load_credential(path_); });
    EXPECT_TRUE(has(text, path_.string()));
    EXPECT_FALSE(has(text, psk_.substr(0, 8)));
    return text;
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "credential.toml";
  Enrolment alice_{{.flow = pawl::test::kPasswordEcdhe}};
  std::string psk_ = hex(alice_.credential.psk.bytes());
};

class CredentialFileOf : public CredentialFile, public testing::WithParamInterface<Flow> {};

INSTANTIATE_TEST_SUITE_P(, CredentialFileOf, testing::ValuesIn(pawl::test::kFlows), pawl::test::name_of_flow);

TEST_P(CredentialFileOf, IsReadAsWritten) {
  const Enrolment user({.flow = GetParam(), .user = pawl::test::bytes_of("ann \"\xC3\xBC\\")});
  save_credential(path_, user.credential);
  const auto read = load_credential(path_);
  EXPECT_EQ(read->user, "ann \"\xC3\xBC\\");
  EXPECT_EQ(hex(read->credential.user), hex(user.credential.user));
  EXPECT_EQ(read->credential.kind, user.credential.kind);
  EXPECT_EQ(read->credential.mode, user.credential.mode);
  EXPECT_TRUE(read->credential.derived);
  EXPECT_EQ(read->credential.iterations, user.credential.iterations);
  EXPECT_EQ(hex(read->credential.salt), hex(user.credential.salt));
  EXPECT_EQ(hex(read->credential.psk.bytes()), hex(user.credential.psk.bytes()));
  EXPECT_EQ(hex(read->credential.w1.bytes()), hex(user.credential.w1.bytes()));
  EXPECT_EQ(read->warning, "");
}

TEST_F(CredentialFile, SaysThatItIsSecret) {
  save_credential(path_, alice_.credential);
  EXPECT_EQ(content_of(path_).rfind("# SECRET: a credential of pawl", 0), 0U);
  EXPECT_EQ(mode_of(path_), 0600U);
}

TEST_F(CredentialFile, OfModePakeHasW0AndNoPoints) {
  const Enrolment pake({.flow = pawl::test::kPasswordPake});
  save_credential(path_, pake.credential);
  const auto read = load_credential(path_);
  ASSERT_EQ(read->credential.pake, &read->pake);
  EXPECT_EQ(hex(read->pake.w0.bytes()), hex(pake.blinds.w0.bytes()));
  EXPECT_EQ(hex(read->pake.w0_m.bytes()), hex(pake.blinds.w0_m.bytes()));
  EXPECT_EQ(hex(read->pake.w0_n.bytes()), hex(pake.blinds.w0_n.bytes()));
  std::string text = content_of(path_);
  text.replace(text.find("w0 = \"") + 6, 64, 64, 'f');
  EXPECT_TRUE(has(refused(text), "w0"));
}

TEST_F(CredentialFile, WarnsIfOthersMayReadIt) {
  save_credential(path_, alice_.credential);
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_TRUE(has(load_credential(path_)->warning, path_.string()));
}

TEST_F(CredentialFile, MissingOneIsNamed) {
  EXPECT_TRUE(has(refusal(ExitCode::io, [&] { load_credential(path_); }), path_.string()));
}

TEST_F(CredentialFile, RefusesAServersRecord) {
  const RecordStore store(directory_.path());
  store.save(alice_.record);
  EXPECT_TRUE(has(refused(content_of(directory_ / "alice.toml")), "pawl credential 1"));
}

TEST_F(CredentialFile, RefusesAScalarThatIsNone) {
  save_credential(path_, alice_.credential);
  std::string text = content_of(path_);
  for (const char digit : {'0', 'f'}) {
    text.replace(text.find("w1 = \"") + 6, 64, 64, digit);
    EXPECT_TRUE(has(refused(text), "w1"));
  }
}

TEST_F(CredentialFile, NamesTheLineThatIsNotToml) {
  save_credential(path_, alice_.credential);
  std::string text = content_of(path_);
  text.replace(text.find("psk = \""), 7, "psk = ");
  EXPECT_TRUE(has(refused(text), "line 10"));
}

}  // namespace
}  // namespace pawl::app::credential_file_test
