// SPDX-License-Identifier: Apache-2.0
// What a handshake forgets as soon as it has used it, long before it is over.
#include <gtest/gtest.h>

#include <pawl/handshake/key.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::handshake_test {
namespace {

class HandshakeSecrets : public testing::TestWithParam<Mode> {
 protected:
  HandshakeSecrets() {
    handshake.mode = GetParam();
    copy(pattern(96), handshake.ikm.writable());
    copy(pattern(32), handshake.scalar.writable());
  }

  ClientCredential credential;
  ClientSettings settings{key_initiator, credential};
  SeededRandom random{1};
  Handshake handshake{settings, random};
};

TEST_P(HandshakeSecrets, TheScalarAndWhatWasAgreedAreWipedOnceTheyWereUsed) {
  handshake.make_handshake_secret();
  EXPECT_EQ(hex(handshake.scalar.bytes()), hex(Buffer(32)));
  EXPECT_EQ(hex(handshake.ikm.bytes()), hex(Buffer(96)));
  EXPECT_NE(hex(handshake.hs.bytes()), hex(Buffer(32)));
}

/// Without a key exchange the secret depends on the psk alone, whatever else is there.
TEST_P(HandshakeSecrets, WhatWasAgreedCountsInModePskEcdheOnly) {
  Handshake other(settings, random);
  other.mode = GetParam();
  copy(Bytes(pattern(96)).first(95), other.ikm.writable());
  handshake.make_handshake_secret();
  other.make_handshake_secret();
  EXPECT_EQ(hex(handshake.hs.bytes()) == hex(other.hs.bytes()), GetParam() == Mode::psk);
}

INSTANTIATE_TEST_SUITE_P(Modes, HandshakeSecrets, testing::Values(Mode::psk, Mode::psk_ecdhe));

}  // namespace
}  // namespace pawl::test::handshake_test
