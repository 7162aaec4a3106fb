// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/names.hpp>

#include <gtest/gtest.h>

namespace pawl::host::names_test {
namespace {

TEST(Names, OfKinds) {
  EXPECT_EQ(name(Kind::password), "password");
  EXPECT_EQ(name(Kind::raw_key), "raw_key");
}

TEST(Names, OfModes) {
  EXPECT_EQ(name(Mode::psk), "psk");
  EXPECT_EQ(name(Mode::psk_ecdhe), "psk_ecdhe");
  EXPECT_EQ(name(Mode::pake), "pake");
}

TEST(Names, LeadBackToTheirModes) {
  for (const Mode mode : {Mode::psk, Mode::psk_ecdhe, Mode::pake}) EXPECT_EQ(mode_of(name(mode)), mode) << name(mode);
}

TEST(Names, OfReasons) {
  EXPECT_EQ(name(CloseReason::normal), "normal");
  EXPECT_EQ(name(CloseReason::idle), "idle");
  EXPECT_EQ(name(CloseReason::protocol), "protocol");
  EXPECT_EQ(name(CloseReason::limit), "limit");
  EXPECT_EQ(name(CloseReason::expired), "expired");
}

}  // namespace
}  // namespace pawl::host::names_test
