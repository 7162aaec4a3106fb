// SPDX-License-Identifier: Apache-2.0
#include "tests/support/enrolled.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/remembered_exchange.hpp"

namespace pawl::test {
namespace {

Status derive(const Account& account, ClientCredential& out) {
  if (account.flow.kind == Kind::password) {
    return derive_from_password(account, account.salt, account.iterations, out);
  }
  if (account.secret.size() != RawKey::kSize) return Error::invalid_argument;
  const RawKey key{Bytes(account.secret).first<RawKey::kSize>()};
  return derive_from_raw_key(account.user, key, account.flow.mode, remembered(account.flow.mode), out);
}

}  // namespace

std::string name_of(const Flow& flow) {
  return std::string(flow.kind == Kind::password ? "password " : "raw key ") + (flow.mode == Mode::psk ? "psk"
                                                                                : flow.mode == Mode::pake
                                                                                    ? "pake"
                                                                                    : "psk_ecdhe");
}

Enrolled::Enrolled(Account from) : account(std::move(from)) {
  credential.pake = &blinds;
  enrolment.pake = &verifier;
  EXPECT_EQ(derive(account, credential).error(), Error::none);
  EXPECT_EQ(make_enrolment(credential, 1, remembered(account.flow.mode), enrolment).error(), Error::none);
}

Status derive_from_password(const Account& account, const Salt& salt, std::uint32_t iterations, ClientCredential& out) {
  PasswordDerivation derivation(account.user, account.secret, salt, iterations);
  while (!derivation.step(iterations)) {
  }
  return derivation.finish(account.flow.mode, remembered(account.flow.mode), out);
}

}  // namespace pawl::test
