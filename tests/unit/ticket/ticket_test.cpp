// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/ticket/ticket.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::ticket_of_a_user_test {
namespace {

TEST(Ticket, KeepsItsUser) {
  Ticket ticket;
  EXPECT_TRUE(ticket.user().empty());
  for (const std::size_t size : {std::size_t{128}, std::size_t{1}}) {
    EXPECT_TRUE(ticket.set_user(Buffer(size, 'a')).ok());
    EXPECT_EQ(hex(ticket.user()), hex(Buffer(size, 'a')));
  }
  EXPECT_EQ(ticket.set_user(Buffer(129, 'b')).error(), Error::invalid_argument);
  EXPECT_EQ(ticket.set_user({}).error(), Error::invalid_argument);
  EXPECT_EQ(hex(ticket.user()), "61") << "as it was";
}

}  // namespace
}  // namespace pawl::test::ticket_of_a_user_test
