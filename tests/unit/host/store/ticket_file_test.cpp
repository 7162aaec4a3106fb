// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/ticket_file.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "tests/support/bytes.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::ticket_file_test {
namespace {

using pawl::test::hex;
using pawl::test::pattern;
using test::content_of;
using test::failure_of;
using test::has;
using test::put_content;
using test::succeeds;
using test::value_of;

class TicketFile : public testing::Test {
 protected:
  void keep(std::size_t size = 107, const std::string& user = "alice") {
    StoredTicket ticket{.user = user, .mode = Mode::pake, .expires = kExpires};
    ticket.size = size;
    std::ranges::copy(pattern(size), ticket.bytes.begin());
    copy(pattern(32), ticket.secret.writable());
    EXPECT_TRUE(succeeds(keep_ticket(path_, ticket)));
  }
  /// The file with `from` replaced is refused, and stays.
  std::string refused(const std::string& from, const std::string& to) {
    keep();
    std::string content = content_of(path_);
    content.replace(content.find(from), from.size(), to);
    put_content(path_, content);
    const std::string detail = failure_of(Failure::Kind::file_malformed, take_ticket(path_)).detail;
    EXPECT_EQ(content_of(path_), content);
    return detail;
  }

  static constexpr std::chrono::sys_seconds kExpires{std::chrono::seconds(1'800'000'000)};
  test::TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "ticket.toml";
};

TEST_F(TicketFile, IsTakenOnce) {
  for (const std::size_t size : {std::size_t{1}, std::size_t{107}, kMaxTicket}) {
    keep(size, "ann \"\xC3\xBC\\");
    const auto taken = value_of(take_ticket(path_));
    ASSERT_NE(taken, nullptr);
    EXPECT_EQ(taken->user, "ann \"\xC3\xBC\\");
    EXPECT_EQ(taken->mode, Mode::pake);
    EXPECT_EQ(taken->expires, kExpires);
    EXPECT_EQ(hex(taken->ticket()), hex(pattern(size)));
    EXPECT_EQ(hex(taken->secret.bytes()), hex(pattern(32)));
    EXPECT_FALSE(taken->exposed);
    EXPECT_EQ(value_of(take_ticket(path_)), nullptr) << "it is gone";
  }
}

TEST_F(TicketFile, IsPrivateAndSaysSo) {
  keep();
  EXPECT_EQ(test::mode_of(path_), 0600U);
  EXPECT_TRUE(content_of(path_).starts_with("# SECRET"));
  ASSERT_EQ(::chmod(path_.c_str(), 0644), 0);
  EXPECT_TRUE(value_of(take_ticket(path_))->exposed);
}

TEST_F(TicketFile, TakesThePlaceOfTheOneBefore) {
  keep(50);
  keep(60);
  EXPECT_EQ(value_of(take_ticket(path_))->size, 60U);
}

TEST_F(TicketFile, StaysIfItIsNoTicket) {
  EXPECT_TRUE(has(refused("ticket = \"", "ticket = \"x"), "ticket"));
  EXPECT_TRUE(has(refused("ticket = \"0", "ticket = \""), "ticket")) << "half a byte";
  EXPECT_TRUE(has(refused("secret = \"00", "secret = \""), "secret"));
  EXPECT_TRUE(has(refused("expires = ", "expires = -"), "expires"));
  EXPECT_TRUE(has(refused("user =", "name ="), "user"));
  EXPECT_TRUE(has(refused("\"pake\"", "\"peek\""), "mode"));
  put_content(path_, "");
  failure_of(Failure::Kind::file_malformed, take_ticket(path_));
  put_content(path_, std::string(5000, '#'));
  failure_of(Failure::Kind::file_unfit, take_ticket(path_));
}

TEST_F(TicketFile, HasNoMoreThan255Bytes) {
  keep();
  std::string content = content_of(path_);
  const std::size_t at = content.find("ticket = \"") + 10;
  content.replace(at, content.find('"', at) - at, std::string(512, 'a'));
  put_content(path_, content);
  failure_of(Failure::Kind::file_malformed, take_ticket(path_));
}

TEST_F(TicketFile, CannotBeKeptWhereThereIsNoDirectory) {
  StoredTicket ticket{.user = "alice"};
  ticket.size = 1;
  const auto path = directory_ / "nowhere" / "ticket.toml";
  failure_of(Failure::Kind::file_write, keep_ticket(path, ticket));
  EXPECT_EQ(value_of(take_ticket(path)), nullptr);
}

}  // namespace
}  // namespace pawl::host::ticket_file_test
