// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <pawl/crypto/sha256.hpp>
#include <pawl/port/posix/descriptor.hpp>

#include "message_sink.hpp"

namespace pawl::app {

/// A file that a message is written to.
struct SavedFile {
  /// What it is to be named once it is whole; until then, it has ".part" behind that.
  std::filesystem::path path;
  Descriptor descriptor;
};

/// The directory that messages are kept in.
class SaveDirectory {
 public:
  /// AppError(io) unless files can be made in `path`: better now than at the first message.
  explicit SaveDirectory(std::filesystem::path path);

  /// Makes a file USER-TIME-NUMBER.part. `user` is fit for a file name. AppError(io).
  SavedFile make_file(const std::string& user);

 private:
  std::filesystem::path path_;
  std::uint64_t next_number_ = 1;
};

/// Keeps each message as a file, and answers "Server saved: NAME SIZE bytes sha256 DIGEST". If the session ends before
/// the last fragment of a message is there, its file keeps its partial name. No file is ever replaced.
class SaveSink final : public MessageSink {
 public:
  /// The directory outlives the sink.
  SaveSink(SaveDirectory& directory, Bytes user);

  Answer take(Bytes fragment, bool last) override;
  [[nodiscard]] std::string left_over() const override;

 private:
  std::string finish_file();

  SaveDirectory& directory_;
  /// The user as a part of a file name.
  std::string user_;
  std::optional<SavedFile> file_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
};

}  // namespace pawl::app
