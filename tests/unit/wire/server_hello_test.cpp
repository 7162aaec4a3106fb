// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/wire/server_hello.hpp>

#include "tests/support/names.hpp"

namespace pawl::test::server_hello_test {
namespace {

const Buffer kNonce(kNonceSize, 0x22);
const Buffer kSalt(kSaltSize, 0x44);
const Buffer kShare(kShareSize, 0x33);
const Buffer kConfirm(kConfirmSize, 0x55);

ServerHello hello_of(const Flow& flow) {
  ServerHello hello;
  hello.max_rx = 4096;
  hello.idle = 120;
  hello.nonce = kNonce;
  if (flow.kind == Kind::password) {
    hello.iterations = 0x01020304;
    hello.salt = kSalt;
  } else {
    hello.confirm = kConfirm;
  }
  if (flow.mode != Mode::psk) hello.share = kShare;
  return hello;
}

/// The whole body, confirm included.
Buffer written(const Flow& flow) {
  const ServerHello hello = hello_of(flow);
  Buffer body(200);
  Writer writer(body);
  write_server_hello(hello, writer);
  writer.bytes(hello.confirm);
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(writer.written().size(), server_hello_size(flow.kind, flow.mode));
  body.resize(writer.written().size());
  return body;
}

Error error_of(const Buffer& body, const Flow& flow) {
  ServerHello hello;
  return parse_server_hello(body, flow.kind, flow.mode, 0, hello).error();
}

class ServerHelloTest : public testing::TestWithParam<Flow> {
 protected:
  Buffer body = written(GetParam());

  Error with16(std::size_t at, unsigned value) {
    Buffer altered = body;
    altered.at(at) = static_cast<std::uint8_t>(value >> 8);
    altered.at(at + 1) = static_cast<std::uint8_t>(value);
    return error_of(altered, GetParam());
  }
};

TEST_P(ServerHelloTest, RoundTrips) {
  const ServerHello expected = hello_of(GetParam());
  ServerHello parsed;
  ASSERT_TRUE(parse_server_hello(body, GetParam().kind, GetParam().mode, 0, parsed).ok());
  EXPECT_EQ(parsed.max_rx, expected.max_rx);
  EXPECT_EQ(parsed.idle, expected.idle);
  EXPECT_EQ(hex(parsed.nonce), hex(expected.nonce));
  EXPECT_EQ(parsed.iterations, expected.iterations);
  EXPECT_EQ(hex(parsed.salt), hex(expected.salt));
  EXPECT_EQ(hex(parsed.share), hex(expected.share));
  EXPECT_EQ(hex(parsed.confirm), hex(expected.confirm));
}

TEST_P(ServerHelloTest, EveryTruncationAndEveryExtraByteFails) {
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_EQ(error_of({body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size)}, GetParam()), Error::malformed);
  }
  body.push_back(0);
  EXPECT_EQ(error_of(body, GetParam()), Error::malformed);
}

TEST_P(ServerHelloTest, TheBodyOfAnotherFlowFails) {
  for (const Flow& other : kFlows) {
    // Modes psk_ecdhe and pake look alike.
    const bool alike = other.kind == GetParam().kind && (other.mode == Mode::psk) == (GetParam().mode == Mode::psk);
    EXPECT_EQ(error_of(body, other), alike ? Error::none : Error::malformed) << name_of(other);
  }
}

TEST_P(ServerHelloTest, Limits) {
  for (const unsigned max_rx : {0U, 63U, 8192U, 65535U}) EXPECT_EQ(with16(0, max_rx), Error::malformed);
  for (const unsigned max_rx : {64U, 8191U}) EXPECT_EQ(with16(0, max_rx), Error::none);
  for (const unsigned idle : {1U, 2U}) EXPECT_EQ(with16(2, idle), Error::malformed);
  for (const unsigned idle : {0U, 3U, 65535U}) EXPECT_EQ(with16(2, idle), Error::none);
}

INSTANTIATE_TEST_SUITE_P(Flows, ServerHelloTest, testing::ValuesIn(kFlows), name_of_flow);

TEST(ServerHello, IsWrittenAsTheDiagramSays) {
  EXPECT_EQ(hex(written(kPasswordEcdhe)),
            "1000"
            "0078" +
                hex(kNonce) + "01020304" + hex(kSalt) + hex(kShare));
  EXPECT_EQ(hex(written(kRawKeyEcdhe)),
            "1000"
            "0078" +
                hex(kNonce) + hex(kShare) + hex(kConfirm));
}

}  // namespace
}  // namespace pawl::test::server_hello_test
