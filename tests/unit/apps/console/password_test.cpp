// SPDX-License-Identifier: Apache-2.0
#include "console/password.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <pawl/port/posix/descriptor.hpp>
#include <string>

#include "tests/unit/apps/console/refusal.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::app::password_test {
namespace {

using host::test::put_content;
using host::test::TemporaryDirectory;
using test::has;
using test::refusal;

/// Standard input holds `content` while this lives.
class StandardInput {
 public:
  explicit StandardInput(const std::string& content) : old_(::dup(STDIN_FILENO)) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    EXPECT_EQ(::write(ends[1], content.data(), content.size()), static_cast<ssize_t>(content.size()));
    ::close(ends[1]);
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;
  ~StandardInput() { ::dup2(old_.get(), STDIN_FILENO); }

  static std::string rest() {
    std::array<char, 100> buffer{};
    const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }

 private:
  Descriptor old_;
};

std::string read(const std::string& source) {
  const Password password = read_password(source, "alice", Ask::twice);
  return {password.bytes().begin(), password.bytes().end()};
}

class PasswordFile : public testing::Test {
 protected:
  std::string read_content(const std::string& content) {
    put_content(path_, content);
    return read(path_);
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_ / "password";
};

TEST_F(PasswordFile, IsItsFirstLineWithoutTheEnd) {
  EXPECT_EQ(read_content("secret\n"), "secret");
  EXPECT_EQ(read_content("secret\r\n"), "secret");
  EXPECT_EQ(read_content("secret"), "secret");
  EXPECT_EQ(read_content("secret\nmore\n"), "secret");
  EXPECT_EQ(read_content("  sp ace\t\n"), "  sp ace\t");
  EXPECT_EQ(read_content("a\rb\r\r\n"), "a\rb\r");
  EXPECT_EQ(read_content("\xC3\xBC\xFF\n"), "\xC3\xBC\xFF");
  EXPECT_EQ(read_content("\xEF\xBB\xBFsecret\r\n"), "secret") << "a byte order mark is no part of it";
}

TEST_F(PasswordFile, MayHold1024Bytes) {
  const std::string longest(1024, 'x');
  EXPECT_EQ(read_content(longest), longest);
  EXPECT_EQ(read_content(longest + "\n"), longest);
  EXPECT_EQ(read_content("\xEF\xBB\xBF" + longest + "\r\n"), longest);
}

TEST_F(PasswordFile, IsRefusedIfTooLong) {
  for (const std::string end : {"", "\n", "\r\n", "x", "x\n"}) {
    EXPECT_TRUE(has(refusal(ExitCode::usage, [&] { read_content(std::string(1025, 'x') + end); }), "1024"));
  }
}

TEST_F(PasswordFile, IsRefusedIfEmpty) {
  for (const std::string content : {"", "\n", "\r\n", "\nsecret\n", "\xEF\xBB\xBF\n"}) {
    EXPECT_TRUE(has(refusal(ExitCode::usage, [&] { read_content(content); }), "empty"));
  }
}

TEST_F(PasswordFile, IsNamedIfItCannotBeRead) {
  EXPECT_TRUE(has(refusal(ExitCode::io, [&] { read(path_); }), path_));
  EXPECT_TRUE(has(refusal(ExitCode::io, [&] { read(directory_.path()); }), "Is a directory"));
}

TEST(PasswordOnStandardInput, LeavesTheRestForOthers) {
  const StandardInput input("secret\nfirst message\nsecond\n");
  EXPECT_EQ(read("-"), "secret");
  EXPECT_EQ(StandardInput::rest(), "first message\nsecond\n");
}

TEST(PasswordOnStandardInput, IsRefusedIfEmpty) {
  const StandardInput input("");
  EXPECT_TRUE(has(refusal(ExitCode::usage, [] { read("-"); }), "empty"));
}

}  // namespace
}  // namespace pawl::app::password_test
