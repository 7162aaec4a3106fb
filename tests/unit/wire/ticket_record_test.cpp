// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/wire/ticket_record.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::ticket_record_test {
namespace {

TEST(TicketRecord, IsReadAsItWasWritten) {
  const Buffer ticket = pattern(255);
  Buffer content(kTicketRecordHead + ticket.size());
  Writer writer(content);
  write_ticket_record({0x00015180, 0xFE, ticket}, writer);
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ(hex(Bytes(content).first(6)), "00015180fe" + hex(Bytes(ticket).first(1)));
  const TicketRecord read = parse_ticket_record(content);
  EXPECT_EQ(read.lifetime, 86400U);
  EXPECT_EQ(read.seq, 0xFE);
  EXPECT_EQ(hex(read.ticket), hex(ticket));
}

}  // namespace
}  // namespace pawl::test::ticket_record_test
