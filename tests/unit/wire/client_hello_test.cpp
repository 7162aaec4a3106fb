// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/wire/client_hello.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::client_hello_test {
namespace {

const Buffer kNonce(kNonceSize, 0x22);
const Buffer kShare(kShareSize, 0x33);
// Offsets of the diagram.
constexpr std::size_t kMode = 0;
constexpr std::size_t kFlags = 1;
constexpr std::size_t kMaxRx = 2;
constexpr std::size_t kIdle = 4;
constexpr std::size_t kIdLen = 22;

constexpr std::uint8_t kT = 1;
constexpr std::uint8_t kD = 2;
constexpr std::uint8_t kK = 4;

Buffer written(const ClientHello& hello) {
  Buffer body(400);
  Writer writer(body);
  write_client_hello(hello, writer);
  EXPECT_TRUE(writer.ok());
  EXPECT_EQ(writer.written().size(), client_hello_size(hello));
  body.resize(client_hello_size(hello));
  return body;
}

ClientHello hello_of(Kind kind, Mode mode, Bytes user) {
  ClientHello hello;
  hello.mode = mode;
  hello.kind = kind;
  hello.max_rx = 1024;
  hello.idle = 120;
  hello.nonce = kNonce;
  hello.id = user;
  if (kind == Kind::raw_key && mode == Mode::psk_ecdhe) hello.share = kShare;
  return hello;
}

/// A good body with K, mode psk_ecdhe, user "alice".
Buffer good() { return written(hello_of(Kind::raw_key, Mode::psk_ecdhe, bytes_of("alice"))); }

Error error_of(const Buffer& body) { return parse_client_hello(body).error(); }

Buffer with(Buffer body, std::size_t at, std::uint8_t byte) {
  body.at(at) = byte;
  return body;
}

Buffer with16(Buffer body, std::size_t at, unsigned value) {
  body.at(at) = static_cast<std::uint8_t>(value >> 8);
  body.at(at + 1) = static_cast<std::uint8_t>(value);
  return body;
}

/// A body of the given mode and flags with everything that they call for.
Buffer body_of(std::uint8_t mode, std::uint8_t flags, std::size_t id_size = 5) {
  Buffer body = with(with(good(), kMode, mode), kFlags, flags);
  body.resize(kIdLen);
  body.push_back(static_cast<std::uint8_t>(id_size));
  append(body, Buffer(id_size, 'a'));
  if ((flags & (kT | kK)) != 0 && mode == 2) append(body, kShare);
  return body;
}

TEST(ClientHello, RoundTrips) {
  const Buffer longest(kMaxUser, 'u');
  for (const Kind kind : {Kind::password, Kind::raw_key}) {
    for (const Mode mode : {Mode::psk, Mode::psk_ecdhe}) {
      for (const std::size_t size : {std::size_t{1}, std::size_t{5}, kMaxUser}) {
        const ClientHello hello = hello_of(kind, mode, Bytes(longest).first(size));
        const Buffer body = written(hello);
        const auto parsed = parse_client_hello(body);
        ASSERT_TRUE(parsed.ok());
        EXPECT_EQ(parsed.value().mode, mode);
        EXPECT_EQ(parsed.value().kind, kind);
        EXPECT_EQ(parsed.value().max_rx, 1024);
        EXPECT_EQ(parsed.value().idle, 120);
        EXPECT_EQ(hex(parsed.value().nonce), hex(kNonce));
        EXPECT_EQ(hex(parsed.value().id), hex(hello.id));
        EXPECT_EQ(hex(parsed.value().share), hex(hello.share));
      }
    }
  }
}

TEST(ClientHello, IsWrittenAsTheDiagramSays) {
  EXPECT_EQ(hex(good()),
            "0204"
            "0400"
            "0078" +
                hex(kNonce) +
                "05"
                "616c696365" +
                hex(kShare));
}

TEST(ClientHello, EveryTruncationAndEveryExtraByteFails) {
  for (const Buffer& body :
       {body_of(1, 0), body_of(2, 0), body_of(1, kK), body_of(2, kK), body_of(1, kT), body_of(2, kT), body_of(3, 0)}) {
    EXPECT_EQ(error_of(body), Error::none);
    for (std::size_t size = 0; size < body.size(); ++size) {
      EXPECT_EQ(parse_client_hello(Bytes(body).first(size)).error(), Error::malformed) << size << " of " << hex(body);
    }
    Buffer longer = body;
    longer.push_back(0);
    EXPECT_EQ(error_of(longer), Error::malformed);
  }
}

TEST(ClientHello, EveryModeWithEveryFlag) {
  for (unsigned flags = 0; flags <= 0xFF; ++flags) {
    for (const unsigned mode : {0U, 1U, 2U, 3U, 4U, 0x82U, 0xFFU}) {
      const bool key_flow = flags == kT || flags == kK;
      const bool good_flags = flags == 0 || key_flow;
      const bool good_mode = mode >= 1 && mode <= (key_flow ? 2U : 3U);
      const Buffer body = body_of(static_cast<std::uint8_t>(mode), static_cast<std::uint8_t>(flags));
      EXPECT_EQ(error_of(body) == Error::none, good_flags && good_mode) << "mode " << mode << " flags " << flags;
    }
  }
  EXPECT_EQ(error_of(body_of(1, kD)), Error::malformed) << "this is a stream";
}

TEST(ClientHello, AShareOnlyWhereItBelongs) {
  for (const auto& [mode, flags] : {std::pair{1, 0}, {2, 0}, {3, 0}, {1, +kK}, {1, +kT}}) {
    Buffer body = body_of(static_cast<std::uint8_t>(mode), static_cast<std::uint8_t>(flags));
    append(body, kShare);
    EXPECT_EQ(error_of(body), Error::malformed) << "mode " << mode << " flags " << flags;
  }
}

TEST(ClientHello, MaxRxIsFrom64To8191) {
  for (const unsigned max_rx : {0U, 63U, 8192U, 65535U}) {
    EXPECT_EQ(error_of(with16(good(), kMaxRx, max_rx)), Error::malformed);
  }
  for (const unsigned max_rx : {64U, 8191U}) EXPECT_EQ(error_of(with16(good(), kMaxRx, max_rx)), Error::none);
}

TEST(ClientHello, IdleIsNoneOrFrom3) {
  for (const unsigned idle : {1U, 2U}) EXPECT_EQ(error_of(with16(good(), kIdle, idle)), Error::malformed);
  for (const unsigned idle : {0U, 3U, 65535U}) EXPECT_EQ(error_of(with16(good(), kIdle, idle)), Error::none);
}

TEST(ClientHello, NamesHave1To128BytesAndTicketsUpTo255) {
  for (std::size_t size = 0; size <= 255; ++size) {
    EXPECT_EQ(error_of(body_of(2, kK, size)) == Error::none, size >= 1 && size <= 128) << size;
    EXPECT_EQ(error_of(body_of(1, 0, size)) == Error::none, size >= 1 && size <= 128) << size;
    EXPECT_EQ(error_of(body_of(2, kT, size)) == Error::none, size >= 1) << size;
  }
  EXPECT_EQ(parse_client_hello(body_of(2, kT, 255)).value().kind, Kind::ticket);
}

TEST(ClientHello, ALengthOfTheNameThatDoesNotFitTheBodyFails) {
  for (unsigned size = 0; size <= 0xFF; ++size) {
    const auto error = error_of(with(good(), kIdLen, static_cast<std::uint8_t>(size)));
    EXPECT_EQ(error == Error::none, size == 5) << size;
  }
}

}  // namespace
}  // namespace pawl::test::client_hello_test
