// SPDX-License-Identifier: Apache-2.0
// What a handshake forgets as soon as it has used it, long before it is over.
#include <gtest/gtest.h>

#include <pawl/handshake/key.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/support/enrolled.hpp"

namespace pawl::test::handshake_test {
namespace {

class HandshakeSecrets : public testing::TestWithParam<Mode> {
 protected:
  HandshakeSecrets() {
    handshake.mode = GetParam();
    handshake.exchange = exchange_for(GetParam());
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

/// psk, psk || Z || V, psk || K_main: what stands behind is nothing of the secret.
TEST_P(HandshakeSecrets, WhatWasAgreedInThisModeCounts) {
  const std::size_t size = GetParam() == Mode::psk ? 32 : GetParam() == Mode::pake ? 64 : 96;
  handshake.make_handshake_secret();
  for (const std::size_t same : {size - 1, size}) {
    Handshake other(settings, random);
    other.mode = GetParam();
    other.exchange = exchange_for(GetParam());
    copy(Bytes(pattern(96)).first(same), other.ikm.writable());
    other.make_handshake_secret();
    EXPECT_EQ(hex(handshake.hs.bytes()) == hex(other.hs.bytes()), same == size);
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, HandshakeSecrets, testing::Values(Mode::psk, Mode::psk_ecdhe, Mode::pake));

}  // namespace
}  // namespace pawl::test::handshake_test
