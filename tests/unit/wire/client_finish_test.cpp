// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/wire/client_finish.hpp>

#include "tests/support/names.hpp"

namespace pawl::test::client_finish_test {
namespace {

class ClientFinishTest : public testing::TestWithParam<Flow> {};

TEST_P(ClientFinishTest, OnlyItsOwnLengthParses) {
  const bool has_share = GetParam() == kPasswordEcdhe || GetParam() == kPasswordPake;
  const std::size_t expected = has_share ? 96 : 32;
  EXPECT_EQ(client_finish_size(GetParam().kind, GetParam().mode), expected);
  const Buffer bytes = pattern(200);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto parsed = parse_client_finish(Bytes(bytes).first(size), GetParam().kind, GetParam().mode);
    EXPECT_EQ(parsed.error(), size == expected ? Error::none : Error::malformed) << size;
  }
}

TEST_P(ClientFinishTest, TheShareComesBeforeTheConfirm) {
  const Buffer bytes = pattern(client_finish_size(GetParam().kind, GetParam().mode));
  const auto parsed = parse_client_finish(bytes, GetParam().kind, GetParam().mode);
  EXPECT_EQ(hex(parsed.value().share), hex(Bytes(bytes).first(bytes.size() - kConfirmSize)));
  EXPECT_EQ(hex(parsed.value().confirm), hex(Bytes(bytes).last(kConfirmSize)));
}

INSTANTIATE_TEST_SUITE_P(Flows, ClientFinishTest, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::client_finish_test
