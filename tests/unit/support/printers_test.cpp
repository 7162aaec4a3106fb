// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "tests/support/bytes.hpp"
#include "tests/support/printers.hpp"

namespace pawl::test::printers_test {
namespace {

using testing::PrintToString;

TEST(Printers, FailureShowsNames) {
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(Error::none, Error::authentication_failed), "authentication_failed");
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(std::optional(seconds(3)), std::optional(seconds(4))), "4000 ms");
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ((Buffer{1, 2}), (Buffer{1, 254})), "2 bytes 01fe");
}

TEST(Printers, EnumeratorsHaveTheirNames) {
  EXPECT_EQ(PrintToString(CloseReason::expired), "expired");
  EXPECT_EQ(PrintToString(Direction::server_to_client), "server_to_client");
  EXPECT_EQ(PrintToString(FrameType::client_finish), "client_finish");
  EXPECT_EQ(PrintToString(Kind::raw_key), "raw_key");
  EXPECT_EQ(PrintToString(Mode::psk_ecdhe), "psk_ecdhe");
  EXPECT_EQ(PrintToString(RecordType::data_more), "data_more");
  EXPECT_EQ(PrintToString(RejectCode::busy), "busy");
  EXPECT_EQ(PrintToString(ReplayWindow::Verdict::duplicate), "duplicate");
  EXPECT_EQ(PrintToString(Side::server), "server");
  EXPECT_EQ(PrintToString(Stage::derivation), "derivation");
  EXPECT_EQ(PrintToString(Work::verify), "verify");
}

TEST(Printers, NoTwoErrorsLookAlike) {
  std::set<std::string> names;
  for (unsigned i = 0; i < 256; ++i) names.insert(PrintToString(static_cast<Error>(i)));
  EXPECT_EQ(names.size(), 256U);
}

TEST(Printers, NumberOfWhatHasNoName) {
  EXPECT_EQ(PrintToString(static_cast<Error>(200)), "Error 200");
  EXPECT_EQ(PrintToString(static_cast<FrameType>(9)), "FrameType 9");
}

TEST(Printers, BytesInHexWithTheirLength) {
  const ByteArray<3> array{0x00, 0xFF, 0x10};
  EXPECT_EQ(PrintToString(array), "3 bytes 00ff10");
  EXPECT_EQ(PrintToString(Bytes(array)), "3 bytes 00ff10");
  Buffer buffer{0x0A};
  EXPECT_EQ(PrintToString(buffer), "1 bytes 0a");
  EXPECT_EQ(PrintToString(MutBytes(buffer)), "1 bytes 0a");
  EXPECT_EQ(PrintToString(Address(array)), "address 3 bytes 00ff10");
}

TEST(Printers, SecretIsNotShown) {
  const Secret<struct TestTag, 3> secret(ByteArray<3>{0xAB, 0xCD, 0xEF});
  EXPECT_EQ(PrintToString(secret), "3 secret bytes");
}

TEST(Printers, Times) {
  EXPECT_EQ(PrintToString(milliseconds(20)), "20 ms");
  EXPECT_EQ(PrintToString(Instant{7}), "at 7 ms");
}

/// What is shown of an event, behind what GoogleTest says of its type.
template <class AnyEvent>
std::string shown(const AnyEvent& event) {
  const std::string text = PrintToString(event);
  const std::string before = "with value ";
  return text.substr(text.find(before) + before.size());
}

TEST(Printers, Events) {
  const Buffer user = bytes_of("al");
  EXPECT_NE(PrintToString(Event(Established{})).find("pawl::Established"), std::string::npos);
  EXPECT_EQ(shown(Event(Established{})), "established)");
  EXPECT_EQ(shown(Event(CredentialWanted{user, Kind::password, Mode::pake})), "password, pake, user of 2 bytes 616c)");
  EXPECT_EQ(shown(Event(DerivationWanted{{}, 5})), "5 iterations, salt of 16 bytes " + std::string(32, '0') + ")");
  EXPECT_EQ(shown(Event(Message{user, true})), "2 bytes 616c, the last)");
  EXPECT_EQ(shown(Event(Message{user, false})), "2 bytes 616c)");
  EXPECT_EQ(shown(Event(TicketReceived{user})), "2 bytes)");
  EXPECT_EQ(shown(Event(Closed{Error::busy, CloseReason::normal, 9, true})),
            "error busy, reason normal, retry after 9 s, incomplete)");
}

TEST(Printers, EventsOfNstp) {
  const Buffer user = bytes_of("al");
  EXPECT_EQ(shown(nstp::Event(nstp::PskWanted{user})), "user of 2 bytes 616c)");
  EXPECT_EQ(shown(nstp::Event(nstp::Established{})), "established)");
  EXPECT_EQ(shown(nstp::Event(nstp::Message{user})), "2 bytes 616c)");
  EXPECT_EQ(shown(nstp::Event(nstp::Closed{Error::idle})), "error idle)");
}

}  // namespace
}  // namespace pawl::test::printers_test
