// SPDX-License-Identifier: Apache-2.0
/// What a server has received, in one file, a database of SQLite, which others may read and delete from meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <pawl/host/base/failure.hpp>
#include <pawl/host/base/outbox_header.hpp>

namespace pawl::host {

/// A message as it came.
struct InboxMessage {
  /// Of the user who has sent it, any bytes.
  std::string user;
  /// From which outbox, if it came from one.
  std::optional<OutboxNumber> number{};
  std::string body;
};

/// The messages, and for each user's outbox the number of the last one that came from it. Both change together.
class InboxFile {
 public:
  /// How many outboxes of one user are remembered. Beyond them the one that was silent for longest is forgotten.
  static constexpr std::int64_t kOutboxesPerUser = 1000;

  /// Opens `path`, and makes it with mode 0600 if there is no such file. Failures as open_or_make().
  static FailureOr<InboxFile> open(const std::filesystem::path& path);
  InboxFile(InboxFile&& other) noexcept;
  InboxFile& operator=(InboxFile&&) = delete;
  InboxFile(const InboxFile&) = delete;
  InboxFile& operator=(const InboxFile&) = delete;
  ~InboxFile();

  /// Adds `messages` in one transaction, and leaves out those that came before. They are on the disk afterwards, all or
  /// none. Gives the number of each in the inbox, and 0 for one that came before. Kind::file_write, and file_lock at
  /// once if another program keeps the file locked. Nothing has changed then.
  [[nodiscard]] FailureOr<std::vector<std::int64_t>> add(std::span<const InboxMessage> messages);

 private:
  /// The open database and its statements.
  struct Content;

  explicit InboxFile(std::unique_ptr<Content> content);

  FailureOr<std::vector<std::int64_t>> add_each(std::span<const InboxMessage> messages);
  FailureOr<std::int64_t> add_one(const InboxMessage& message);
  FailureOr<std::int64_t> put(const std::string& user, Bytes body);
  FailureOr<std::int64_t> last_of(const std::string& user, const OutboxId& outbox);
  FailureOr<> note(const std::string& user, const OutboxNumber& number, std::int64_t message, bool is_new);

  std::unique_ptr<Content> content_;
};

}  // namespace pawl::host
