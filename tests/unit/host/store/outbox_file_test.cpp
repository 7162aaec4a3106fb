// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/outbox_file.hpp>

#include <gtest/gtest.h>

#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/full_disk.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::outbox_file_test {
namespace {

using test::failure_of;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;
using Texts = std::vector<std::string>;
namespace fs = std::filesystem;

constexpr InputPlace kPlace{.device = 1, .inode = -2, .changed = 3, .offset = 4};

class OutboxFileTest : public testing::Test {
 protected:
  OutboxFileTest() { open(); }

  void open() {
    file_.reset();
    file_.emplace(value_of(OutboxFile::open(path_)));
  }
  void add(const Texts& messages, const std::optional<InputPlace>& place = std::nullopt) {
    EXPECT_TRUE(succeeds(file_->add(messages, place)));
  }
  /// All that waits, as "number:body;".
  std::string waiting() {
    std::string all;
    std::int64_t number = 0;
    while (const auto message = value_of(file_->after(number))) {
      number = message->number;
      all += std::to_string(number) + ":" + message->body + ";";
    }
    return all;
  }

  test::TemporaryDirectory directory_;
  fs::path path_ = directory_ / "outbox.db";
  std::optional<OutboxFile> file_;
};

TEST_F(OutboxFileTest, KeepsWhatWaitsInItsOrder) {
  add({"a", "", std::string("\0b", 2)});
  add({"a"});
  const std::string all = std::string("1:a;2:;3:\0b;4:a;", 16);
  EXPECT_EQ(waiting(), all);
  EXPECT_EQ(file_->waiting(), 4);
  EXPECT_GE(file_->size(), 4);
  const std::int64_t size = file_->size();
  open();
  EXPECT_EQ(waiting(), all);
  EXPECT_EQ(file_->waiting(), 4);
  EXPECT_EQ(file_->size(), size);
}

TEST_F(OutboxFileTest, UsesNoNumberTwice) {
  add({"a", "b"});
  for (const std::int64_t number : {1, 2}) EXPECT_TRUE(succeeds(file_->remove(number)));
  EXPECT_EQ(file_->waiting(), 0);
  EXPECT_EQ(file_->size(), 0);
  open();
  add({"c"});
  EXPECT_EQ(waiting(), "3:c;");
}

TEST_F(OutboxFileTest, HasAnIdForLife) {
  const OutboxId id = file_->id();
  open();
  EXPECT_EQ(file_->id(), id);
  EXPECT_NE(value_of(OutboxFile::open(directory_ / "other.db")).id(), id);
}

TEST_F(OutboxFileTest, RemovesWhatIsThere) {
  add({"a"});
  EXPECT_TRUE(succeeds(file_->remove(2)));
  EXPECT_EQ(file_->waiting(), 1);
}

TEST_F(OutboxFileTest, KeepsThePlaceWithTheMessages) {
  EXPECT_FALSE(value_of(file_->place()));
  add({"a"}, kPlace);
  InputPlace later = kPlace;
  later.offset = 9;
  add({"b"}, later);
  add({"c"});
  open();
  const auto place = value_of(file_->place());
  ASSERT_TRUE(place);
  EXPECT_TRUE(place->same_file(kPlace));
  EXPECT_EQ(place->offset, 9);
}

TEST_F(OutboxFileTest, KnowsAFileThatChanged) {
  for (std::int64_t InputPlace::*field : {&InputPlace::device, &InputPlace::inode, &InputPlace::changed}) {
    InputPlace other = kPlace;
    ++(other.*field);
    EXPECT_FALSE(other.same_file(kPlace));
  }
}

TEST_F(OutboxFileTest, IsForItsOwnerAlone) {
  for (const std::string& name : directory_.names()) EXPECT_EQ(test::mode_of(directory_ / name), 0600U) << name;
}

// Failures.

TEST_F(OutboxFileTest, IsOpenInOneProgram) {
  const Failure failure = failure_of(Kind::file_lock, OutboxFile::open(path_));
  EXPECT_EQ(failure.error, std::errc::device_or_resource_busy);
  EXPECT_EQ(failure.path, path_);
  file_.reset();
  EXPECT_TRUE(OutboxFile::open(path_).ok());
}

TEST_F(OutboxFileTest, AddsAllOrNothing) {
  add({"a"}, kPlace);
  {
    const test::FullDisk disk(fs::file_size(path_.native() + "-wal") + 20'000);
    InputPlace later = kPlace;
    later.offset = 9;
    failure_of(Kind::file_write, file_->add(Texts{"b", std::string(100'000, 'x')}, later));
    EXPECT_EQ(file_->waiting(), 1);
  }
  EXPECT_EQ(waiting(), "1:a;");
  EXPECT_EQ(value_of(file_->place())->offset, kPlace.offset);
  add({"b"});
  EXPECT_EQ(file_->waiting(), 2);
}

TEST_F(OutboxFileTest, IsNoOtherFile) {
  test::put_content(directory_ / "text", std::string(5000, 'x'));
  failure_of(Kind::file_malformed, OutboxFile::open(directory_ / "text"));
  failure_of(Kind::file_unfit, OutboxFile::open("/dev/null"));
}

}  // namespace
}  // namespace pawl::host::outbox_file_test
