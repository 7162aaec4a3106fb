// SPDX-License-Identifier: Apache-2.0
// The fields that frames have over datagrams, and the headers of datagram records.
#include <gtest/gtest.h>

#include <functional>
#include <pawl/wire/client_finish.hpp>
#include <pawl/wire/client_hello.hpp>
#include <pawl/wire/datagram_record.hpp>
#include <pawl/wire/frame.hpp>
#include <pawl/wire/server_hello.hpp>

#include "tests/support/names.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::datagram_frames_test {
namespace {

Buffer body_of(const char* vector, const char* frame) {
  Buffer bytes = bytes_in(handshake_vector(vector)["frames"], frame);
  bytes.erase(bytes.begin(), bytes.begin() + kFrameHeaderSize);
  return bytes;
}

struct Vector {
  const char* datagram;
  const char* stream;
  Flow flow;
};

class DatagramFrames : public testing::TestWithParam<Vector> {};

/// What is made for one kind of transport is refused over the other.
TEST_P(DatagramFrames, EachTransportHasItsOwnHello) {
  const Buffer over_datagrams = body_of(GetParam().datagram, "ClientHello");
  const Buffer over_stream = body_of(GetParam().stream, "ClientHello");
  ASSERT_TRUE(parse_client_hello(over_datagrams, true).ok());
  EXPECT_EQ(parse_client_hello(over_datagrams, true).value().cookie.size(), kCookieSize);
  EXPECT_EQ(parse_client_hello(over_datagrams, false).error(), Error::malformed);
  EXPECT_TRUE(parse_client_hello(over_stream, false).ok());
  EXPECT_EQ(parse_client_hello(over_stream, true).error(), Error::malformed);
}

TEST_P(DatagramFrames, HellosRoundTrip) {
  const Buffer body = body_of(GetParam().datagram, "ClientHello");
  const auto parsed = parse_client_hello(body, true);
  Buffer written(client_hello_size(parsed.value()));
  Writer writer(written);
  write_client_hello(parsed.value(), writer);
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(hex(written), hex(body));

  const auto& [kind, mode] = GetParam().flow;
  const Buffer answer = body_of(GetParam().datagram, "ServerHello");
  EXPECT_EQ(answer.size(), server_hello_size(kind, mode, kCidSize));
  ServerHello hello;
  ASSERT_TRUE(parse_server_hello(answer, kind, mode, kCidSize, hello).ok());
  EXPECT_EQ(hex(hello.cid), "c1d0c1d1");
  Buffer again(answer.size());
  Writer second(again);
  write_server_hello(hello, second);
  second.bytes(hello.confirm);
  EXPECT_EQ(hex(again), hex(answer));
}

TEST_P(DatagramFrames, EveryOtherLengthIsRefused) {
  const Kind kind = GetParam().flow.kind;
  const Mode mode = GetParam().flow.mode;
  const Buffer hello = body_of(GetParam().datagram, "ClientHello");
  const Buffer answer = body_of(GetParam().datagram, "ServerHello");
  const Buffer finish = body_of(GetParam().datagram, "ClientFinish");
  EXPECT_TRUE(parse_client_finish(finish, kind, mode, kCidSize).ok());
  EXPECT_EQ(hex(parse_client_finish(finish, kind, mode, kCidSize).value().cid), "c1d0c1d1");
  for (const auto& [whole, parses] :
       {std::pair<Buffer, std::function<bool(Bytes)>>{hello, [](Bytes b) { return parse_client_hello(b, true).ok(); }},
        {answer,
         [&](Bytes b) {
           ServerHello parsed;
           return parse_server_hello(b, kind, mode, kCidSize, parsed).ok();
         }},
        {finish, [&](Bytes b) { return parse_client_finish(b, kind, mode, kCidSize).ok(); }}}) {
    for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(parses(Bytes(whole).first(size))) << size;
    Buffer longer = whole;
    longer.push_back(0);
    EXPECT_FALSE(parses(longer));
  }
}

INSTANTIATE_TEST_SUITE_P(All, DatagramFrames,
                         testing::Values(Vector{"datagram password psk_ecdhe", "password psk_ecdhe", kPasswordEcdhe},
                                         Vector{"datagram raw key psk_ecdhe", "raw key psk_ecdhe", kRawKeyEcdhe}),
                         [](const auto& test) { return flow_name(test.param.flow); });

TEST(DatagramFrame, IsAllOfTheDatagram) {
  const Buffer frame = bytes_in(handshake_vector("datagram raw key psk_ecdhe")["frames"], "ClientFinish");
  EXPECT_EQ(parse_datagram_frame(frame).value(), FrameType::client_finish);
  for (std::size_t size = 0; size < frame.size(); ++size) {
    EXPECT_EQ(parse_datagram_frame(Bytes(frame).first(size)).error(), Error::malformed) << size;
  }
  Buffer longer = frame;
  longer.push_back(0);
  EXPECT_EQ(parse_datagram_frame(longer).error(), Error::malformed);
  Buffer other = frame;
  other[1] = 3;
  EXPECT_EQ(parse_datagram_frame(other).error(), Error::unsupported);
}

class DatagramRecords : public testing::TestWithParam<bool> {};

TEST_P(DatagramRecords, HeadersRoundTrip) {
  constexpr ByteArray<kCidSize> kCid{0xC1, 0xD0, 0xC1, 0xD1};
  const bool with_cid = GetParam();
  for (const unsigned epoch : {0U, 1U, 63U}) {
    for (const std::uint32_t counter : {0U, 1U, 0xFFFFFFU, 0xFFFFFFFFU}) {
      Buffer datagram(datagram_header_size(with_cid) + 17);
      Writer writer(datagram);
      write_datagram_record_header({static_cast<std::uint8_t>(epoch), Bytes(kCid).first(with_cid ? 4 : 0), counter},
                                   writer);
      ASSERT_EQ(writer.written().size(), datagram_header_size(with_cid));
      EXPECT_TRUE(begins_datagram_record(datagram[0]));
      const auto parsed = parse_datagram_record_header(datagram, with_cid, 64);
      ASSERT_TRUE(parsed.ok());
      EXPECT_EQ(parsed.value().epoch, epoch);
      EXPECT_EQ(parsed.value().counter, counter);
      EXPECT_EQ(hex(parsed.value().cid), with_cid ? "c1d0c1d1" : "");
    }
  }
}

TEST_P(DatagramRecords, AtAndBeyondTheirLimits) {
  const std::size_t header = datagram_header_size(GetParam());
  Buffer datagram(header + 64);
  datagram[0] = 0x80;
  for (std::size_t size = 0; size <= datagram.size(); ++size) {
    const bool good = parse_datagram_record_header(Bytes(datagram).first(size), GetParam(), 64).ok();
    EXPECT_EQ(good, size >= header + 17) << size;
  }
  EXPECT_FALSE(parse_datagram_record_header(datagram, GetParam(), 63).ok());
  for (unsigned first = 0; first < 256; ++first) {
    datagram[0] = static_cast<std::uint8_t>(first);
    EXPECT_EQ(parse_datagram_record_header(datagram, GetParam(), 64).ok(), first >= 0x80 && first < 0xC0) << first;
  }
}

INSTANTIATE_TEST_SUITE_P(Cid, DatagramRecords, testing::Bool());

}  // namespace
}  // namespace pawl::test::datagram_frames_test
