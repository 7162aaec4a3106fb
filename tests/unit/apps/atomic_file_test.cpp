// SPDX-License-Identifier: Apache-2.0
#include "apps/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <string>
#include <thread>

#include "apps/text.hpp"
#include "tests/unit/apps/refusal.hpp"
#include "tests/unit/apps/temporary_directory.hpp"

namespace pawl::app::atomic_file_test {
namespace {

using test::content_of;
using test::has;
using test::mode_of;
using test::put_content;
using test::refusal;
using test::TemporaryDirectory;
using Names = std::set<std::string>;

void write(const std::filesystem::path& path, const std::string& content) {
  write_private_file(path, bytes_of(content));
}

std::string text_of(const PrivateFile& file) { return {file.text.bytes().begin(), file.text.bytes().end()}; }

/// Files of this process cannot grow beyond `bytes`: to a writer, a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &old_), 0);
    const rlimit small{bytes, old_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  void (*old_handler_)(int);
  rlimit old_{};
};

class AtomicFile : public testing::Test {
 protected:
  AtomicFile() : old_mask_(::umask(0)) {}  // so that the mode is the work of the code alone
  ~AtomicFile() override { ::umask(old_mask_); }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "a file";

 private:
  mode_t old_mask_;
};

TEST_F(AtomicFile, IsForItsOwnerAlone) {
  write(path_, "secret");
  EXPECT_EQ(content_of(path_), "secret");
  EXPECT_EQ(mode_of(path_), 0600U);
  EXPECT_EQ(directory_.names(), Names{"a file"});
}

TEST_F(AtomicFile, ReplacesAnEarlierOneAndItsPermissions) {
  put_content(path_, "a longer text than the other");
  std::filesystem::permissions(path_, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  write(path_, "new");
  EXPECT_EQ(content_of(path_), "new");
  EXPECT_EQ(mode_of(path_), 0600U);
}

TEST_F(AtomicFile, NeedsNoDirectoryInItsPath) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path());
  write("plain", "x");
  std::filesystem::current_path(before);
  EXPECT_EQ(directory_.names(), Names{"plain"});
}

TEST_F(AtomicFile, FullDiskLeavesTheOldOneAndNothingElse) {
  write(path_, "old");
  {
    const FullDisk full(100);
    const std::string text = refusal(ExitCode::io, [&] { write(path_, std::string(200, 'x')); });
    EXPECT_TRUE(has(text, path_.string()));
    EXPECT_TRUE(has(text, "File too large"));
    EXPECT_TRUE(has(text, "Make room"));
  }
  EXPECT_EQ(content_of(path_), "old");
  EXPECT_EQ(directory_.names(), Names{"a file"});
}

TEST_F(AtomicFile, MissingDirectoryIsNamed) {
  const auto path = directory_ / "missing" / "file";
  const std::string text = refusal(ExitCode::io, [&] { write(path, "x"); });
  EXPECT_TRUE(has(text, path.string()));
  EXPECT_TRUE(has(text, "No such file or directory"));
}

TEST_F(AtomicFile, DoesNotReplaceADirectory) {
  std::filesystem::create_directory(path_);
  refusal(ExitCode::io, [&] { write(path_, "x"); });
  EXPECT_EQ(directory_.names(), Names{"a file"});
}

TEST_F(AtomicFile, IsNeverSeenHalfWritten) {
  const std::string one(3000, '1');
  const std::string two(1000, '2');
  write(path_, one);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i) write(path_, i % 2 == 0 ? two : one);
    done = true;
  });
  while (!done) {
    const auto file = read_private_file(path_);
    ASSERT_TRUE(file);
    const std::string text = text_of(*file);
    EXPECT_TRUE(text == one || text == two) << text.size();
  }
  writer.join();
}

TEST_F(AtomicFile, CreateLeavesAnExistingOneAlone) {
  EXPECT_TRUE(create_private_file(path_, bytes_of("first")));
  EXPECT_FALSE(create_private_file(path_, bytes_of("second")));
  EXPECT_EQ(content_of(path_), "first");
  EXPECT_EQ(mode_of(path_), 0600U);
  EXPECT_EQ(directory_.names(), Names{"a file"});
}

TEST_F(AtomicFile, IsReadBack) {
  const std::string content = std::string("\0\xFF\n", 3) + std::string(4000, 'x');
  write(path_, content);
  const auto file = read_private_file(path_);
  ASSERT_TRUE(file);
  EXPECT_EQ(text_of(*file), content);
  EXPECT_EQ(file->warning, "");
}

TEST_F(AtomicFile, MissingOneReadsAsNone) {
  EXPECT_FALSE(read_private_file(path_));
  EXPECT_FALSE(read_private_file(directory_ / "missing" / "file"));
}

TEST_F(AtomicFile, WarnsIfOthersMayUseIt) {
  write(path_, "x");
  for (const unsigned bit : {0040U, 0020U, 0004U, 0002U}) {
    ASSERT_EQ(::chmod(path_.c_str(), 0600 | bit), 0);
    const std::string warning = read_private_file(path_)->warning;
    EXPECT_TRUE(has(warning, path_.string()));
    EXPECT_TRUE(has(warning, "chmod 600"));
  }
}

TEST_F(AtomicFile, RefusesToReadWhatIsNoFile) {
  EXPECT_TRUE(has(refusal(ExitCode::io, [&] { read_private_file(directory_.path()); }), "not a regular file"));
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_TRUE(
      has(refusal(ExitCode::io, [&] { read_private_file(path_); }), "not a regular file"));  // and does not wait
}

TEST_F(AtomicFile, RefusesToReadWhatIsTooLarge) {
  put_content(path_, std::string(5000, 'x'));
  EXPECT_TRUE(has(refusal(ExitCode::io, [&] { read_private_file(path_); }), "too large"));
}

}  // namespace
}  // namespace pawl::app::atomic_file_test
