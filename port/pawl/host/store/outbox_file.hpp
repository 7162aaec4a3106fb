// SPDX-License-Identifier: Apache-2.0
/// What a client has to send, in one file, a database of SQLite, until the server has acknowledged it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <pawl/host/base/failure.hpp>
#include <pawl/host/base/outbox_header.hpp>

namespace pawl::host {

class SqliteDatabase;

/// How far a file was read from which messages came. A file that has changed since then is another one.
struct InputPlace {
  std::int64_t device = 0;
  std::int64_t inode = 0;
  /// When it was last changed, in nanoseconds since 1970.
  std::int64_t changed = 0;
  /// The offset of the first byte that is in no message.
  std::int64_t offset = 0;

  [[nodiscard]] bool same_file(const InputPlace& other) const {
    return device == other.device && inode == other.inode && changed == other.changed;
  }
};

/// The messages that wait, in order. Only one program has it open.
class OutboxFile {
 public:
  /// One that waits.
  struct Message {
    std::int64_t number = 0;
    std::string body;
  };

  /// Opens `path`, and makes it with mode 0600 if there is no such file. Kind::file_lock if another program has it
  /// open, and else failures as open_or_make().
  static FailureOr<OutboxFile> open(const std::filesystem::path& path);
  OutboxFile(OutboxFile&& other) noexcept;
  OutboxFile& operator=(OutboxFile&&) = delete;
  OutboxFile(const OutboxFile&) = delete;
  OutboxFile& operator=(const OutboxFile&) = delete;
  ~OutboxFile();

  /// It is the same for the life of the file.
  [[nodiscard]] const OutboxId& id() const { return id_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// How many messages wait.
  [[nodiscard]] std::int64_t waiting() const { return waiting_; }
  /// What they take. Each counts for a little more than it has bytes, so that empty ones count too.
  [[nodiscard]] std::int64_t size() const { return size_; }

  /// Adds `messages` behind the others, and that the input was read up to `place` if it has one. All of it is on the
  /// disk afterwards, or nothing has changed. Kind::file_write.
  [[nodiscard]] FailureOr<> add(std::span<const std::string> messages, const std::optional<InputPlace>& place);
  /// How far which input was read. None if that is not known. Kind::file_read.
  [[nodiscard]] FailureOr<std::optional<InputPlace>> place() const;

  /// The first message whose number is greater. None if there is none. Kind::file_read.
  [[nodiscard]] FailureOr<std::optional<Message>> after(std::int64_t number) const;
  /// Removes a message. A power cut may bring it back. Kind::file_write.
  [[nodiscard]] FailureOr<> remove(std::int64_t number);

 private:
  OutboxFile(SqliteDatabase database, std::filesystem::path path);

  FailureOr<> read_id();
  FailureOr<> put(std::span<const std::string> messages);
  FailureOr<> put_place(const InputPlace& place);

  std::unique_ptr<SqliteDatabase> database_;
  std::filesystem::path path_;
  OutboxId id_{};
  std::int64_t waiting_ = 0;
  std::int64_t size_ = 0;
};

}  // namespace pawl::host
