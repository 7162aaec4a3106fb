// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/endpoint.hpp>

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/host/failures.hpp"

namespace pawl::host::endpoint_test {
namespace {

using Kind = Failure::Kind;

Endpoint parsed(const std::string& text) { return test::value_of(parse_endpoint(text)); }
Endpoint parsed_to_listen(const std::string& text) { return test::value_of(parse_listen_endpoint(text)); }
std::string refused(const std::string& text) { return test::failure_of(Kind::address, parse_endpoint(text)).detail; }

TEST(Endpoint, OfANameOrAnAddress) {
  EXPECT_EQ(parsed("localhost:7295").host, "localhost");
  EXPECT_EQ(parsed("localhost:7295").port, 7295);
  EXPECT_EQ(parsed("192.0.2.1:1").host, "192.0.2.1");
  EXPECT_EQ(parsed("192.0.2.1:1").port, 1);
}

TEST(Endpoint, OfIpv6IsInBrackets) {
  EXPECT_EQ(parsed("[::1]:7295").host, "::1");
  EXPECT_EQ(parsed("[::1]:7295").port, 7295);
  EXPECT_TRUE(test::has(refused("::1:7295"), "in brackets"));
}

TEST(Endpoint, HasAPortFrom0To65535) {
  EXPECT_EQ(parsed("a:0").port, 0);
  EXPECT_EQ(parsed("a:65535").port, 65535);
  for (const char* text : {"a:65536", "a:-1", "a:+1", "a: 1", "a:1 ", "a:0x1", "a:", "a:http", "[::1]:"}) {
    EXPECT_TRUE(test::has(refused(text), "A port is a number from 0 to 65535")) << text;
  }
}

TEST(Endpoint, HasAHost) {
  for (const char* text : {"", "localhost", ":7295", "[]:7295", "7295"}) {
    EXPECT_TRUE(test::has(refused(text), "Write HOST:PORT")) << text;
  }
}

TEST(Endpoint, ThatIsNoneIsShownFitToBePrinted) {
  const std::string detail = refused("a\x1B[2J");
  EXPECT_TRUE(test::has(detail, "is no address"));
  EXPECT_EQ(detail.find('\x1B'), std::string::npos);
}

TEST(Endpoint, ToListenAtMayBeAPortAlone) {
  EXPECT_EQ(parsed_to_listen("7295").host, "");
  EXPECT_EQ(parsed_to_listen("7295").port, 7295);
  EXPECT_EQ(parsed_to_listen("localhost:1").host, "localhost");
  EXPECT_EQ(parsed_to_listen("[::1]:2").host, "::1");
  EXPECT_EQ(parsed_to_listen("[::1]:2").port, 2);
}

TEST(Endpoint, ToListenAtIsRefusedAlike) {
  for (const char* text : {"", "localhost", "65536", "7295x", ":7295", "[::1]", "::1:7295"}) {
    test::failure_of(Kind::address, parse_listen_endpoint(text));
  }
}

}  // namespace
}  // namespace pawl::host::endpoint_test
