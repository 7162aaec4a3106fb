// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/exchange.hpp>

#include <gtest/gtest.h>

#include <pawl/handshake/p256.hpp>

namespace pawl::host::exchange_test {
namespace {

TEST(ExchangeOf, IsThatOfTheMode) {
  EXPECT_EQ(exchange_of(Mode::pake), &p256_pake);
  EXPECT_EQ(exchange_of(Mode::psk_ecdhe), &p256_exchange);
  EXPECT_EQ(exchange_of(Mode::psk), &p256_exchange);
}

}  // namespace
}  // namespace pawl::host::exchange_test
