// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::retry_cookies_test {
namespace {

using Cookie = RetryCookies::Cookie;

/// A jar whose first key is known.
class Jar {
 public:
  explicit Jar(const Buffer& key, Instant now) {
    Buffer script(32);
    append(script, key);
    ScriptedRandom random(script);
    EXPECT_TRUE(cookies.start(random, now).ok());
  }
  RetryCookies cookies;
};

TEST(RetryCookies, Vectors) {
  for (const Json& vector : vectors()["retry"]) {
    const Instant now = Instant{} + seconds(vector["t"]);
    const Jar jar(bytes_in(vector, "cookie_key"), now);
    const Address from(bytes_in(vector, "address"));
    const auto hello = sha256(bytes_in(vector, "ClientHello"));
    const Cookie cookie = jar.cookies.make(from, hello, now);
    EXPECT_EQ(hex(retry_frame(cookie)), vector["Retry"]);
    const Buffer second = bytes_in(vector, "ClientHello2");
    EXPECT_EQ(hex(Bytes(second).last(kCookieSize)), hex(cookie));
    EXPECT_TRUE(jar.cookies.good(cookie, from, hello, now));
  }
}

class Cookies : public testing::Test {
 protected:
  const Address from{ByteArray<6>{192, 0, 2, 1, 1, 2}};
  const Sha256::Digest hello = sha256(pattern(40));
  Instant now{1'000'000'000};
  SeededRandom random{1};
  RetryCookies jar;

  void SetUp() override { ASSERT_TRUE(jar.start(random, now).ok()); }
};

TEST_F(Cookies, AreGoodForTenSeconds) {
  const Cookie cookie = jar.make(from, hello, now);
  EXPECT_TRUE(jar.good(cookie, from, hello, now + seconds(10)));
  EXPECT_FALSE(jar.good(cookie, from, hello, now + seconds(11)));
}

/// Those of a clock that was ahead, and was set back.
TEST_F(Cookies, OfTheFutureAreGoodAsLong) {
  EXPECT_TRUE(jar.good(jar.make(from, hello, now + seconds(10)), from, hello, now));
  EXPECT_FALSE(jar.good(jar.make(from, hello, now + seconds(11)), from, hello, now));
}

TEST_F(Cookies, AreBoundToAddressHelloAndEveryBit) {
  const Cookie cookie = jar.make(from, hello, now);
  EXPECT_FALSE(jar.good(cookie, Address(ByteArray<6>{192, 0, 2, 1, 1, 3}), hello, now));
  EXPECT_FALSE(jar.good(cookie, Address(ByteArray<18>{192, 0, 2, 1, 1, 2}), hello, now));
  EXPECT_FALSE(jar.good(cookie, from, sha256(pattern(41)), now));
  for (std::size_t bit = 0; bit < 8 * kCookieSize; ++bit) {
    Cookie altered = cookie;
    altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_FALSE(jar.good(altered, from, hello, now)) << bit;
  }
  EXPECT_FALSE(jar.good({}, from, hello, now));
}

TEST_F(Cookies, OfTheKeyBeforeAreStillGood) {
  const Instant changed = now + Config::kCookieKeyLife;
  const Cookie cookie = jar.make(from, hello, changed);
  jar.advance(random, changed);
  EXPECT_NE(hex(jar.make(from, hello, changed)), hex(cookie));
  EXPECT_TRUE(jar.good(cookie, from, hello, changed));
  jar.advance(random, changed + Config::kCookieKeyLife);
  EXPECT_FALSE(jar.good(cookie, from, hello, changed)) << "two keys are kept, no more";
}

class Demanded : public testing::TestWithParam<Flow> {};

TEST_P(Demanded, AClientFollows) {
  DatagramPair pair(GetParam());
  pair.start();
  pair.server().cookies = DatagramServer::Cookies::always;
  pair.deliver();
  EXPECT_TRUE(pair.client().is_open());
  EXPECT_EQ(pair.session().user().size(), pair.enrolled.account.user.size());
  EXPECT_EQ(pair.sent_by_server[0].size(), kRetryFrameSize);
  EXPECT_EQ(pair.sent_by_client[0].size(), pair.sent_by_client[1].size());
}

/// The transcript has the cookie as zeros, so what anybody sends as a Retry does no harm.
TEST_P(Demanded, AForgedRetryDoesNoHarm) {
  DatagramPair pair(GetParam());
  bool forged = false;
  pair.tap = [&](Side from, Buffer& /*frame*/) {
    if (from == Side::server && !forged) {
      forged = true;
      pair.inject(Side::client, retry_frame({1, 2, 3}));
    }
    return true;
  };
  EXPECT_TRUE(pair.open(seconds(5)));
}

INSTANTIATE_TEST_SUITE_P(All, Demanded, testing::ValuesIn(kFlows), name_of_flow);

// A flood of hellos from addresses that are not the sender's.

Address spoofed(std::uint32_t i) {
  return Address(ByteArray<6>{198, 51, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i), 0, 80});
}

class Flood : public testing::TestWithParam<Flow> {
 protected:
  static constexpr std::uint32_t kHellos = 2000;

  /// Sends them; how many bytes were answered for each that came, in all.
  double amplification() {
    std::size_t came = 0;
    std::size_t answered = 0;
    for (std::uint32_t i = 0; i < kHellos; ++i) {
      Buffer hello = pair.sent_by_client[0];
      hello[kFrameHeaderSize + 6] = static_cast<std::uint8_t>(i);
      hello[kFrameHeaderSize + 7] = static_cast<std::uint8_t>(i >> 8);
      const std::size_t before = sent();
      pair.inject(Side::server, hello, spoofed(i));
      pair.deliver();
      came += hello.size();
      answered += sent() - before;
    }
    return static_cast<double>(answered) / static_cast<double>(came);
  }
  std::size_t sent() const {
    std::size_t bytes = 0;
    for (const Buffer& datagram : pair.sent_by_server) bytes += datagram.size();
    return bytes;
  }

  DatagramPair pair{Account{GetParam()}, {}, 1, 16};
};

TEST_P(Flood, WithCookiesKeepsNoState) {
  pair.tap = [](Side, Buffer&) { return false; };
  pair.start();
  pair.deliver();
  pair.server().cookies = DatagramServer::Cookies::always;
  const double factor = amplification();
  EXPECT_EQ(pair.server().half_open(), 0U);
  EXPECT_LT(factor, 1);
}

/// By itself the server asks for cookies from the moment that more than half of its table is taken; whoever answers
/// gets in, whatever else arrives.
TEST_P(Flood, LeavesRoomForWhoIsThere) {
  pair.tap = [](Side, Buffer&) { return false; };
  pair.start();
  pair.deliver();
  const double factor = amplification();
  EXPECT_LE(pair.server().half_open(), 9U);
  EXPECT_LT(factor, 3);
  std::printf("%s: %.2f bytes answered for one that came, %zu of 16 places taken\n", flow_name(GetParam()).c_str(),
              factor, pair.server().half_open());
  pair.tap = nullptr;
  pair.restart_client();
  pair.deliver();
  EXPECT_TRUE(pair.client().is_open());
}

INSTANTIATE_TEST_SUITE_P(All, Flood, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::retry_cookies_test
