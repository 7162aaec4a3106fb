// SPDX-License-Identifier: Apache-2.0
/// What a server keeps of its users: a directory with one TOML file a user, and the key of the decoys.
#pragma once

#include <filesystem>
#include <memory>
#include <pawl/handshake/credential.hpp>
#include <pawl/handshake/decoy.hpp>
#include <string>

#include "atomic_file.hpp"

namespace pawl::app {

/// A record that owns its user name.
struct StoredRecord {
  StoredRecord() = default;
  StoredRecord(const StoredRecord&) = delete;
  StoredRecord& operator=(const StoredRecord&) = delete;

  std::string user;
  /// What record.pake points to, if the mode is pake.
  PakeVerifier pake;
  /// record.user views `user`.
  ServerRecord record;
  /// What the operator should be told about the file, for example that others can read it; empty if all is well.
  std::string warning;
};

class RecordStore {
 public:
  /// Touches nothing yet. `directory` need not exist.
  explicit RecordStore(std::filesystem::path directory);

  /// Reads the record of `user`, any bytes; null if there is none. The file is read at every call, so a change counts
  /// at once. A call takes as long for a user that does not exist as for one that does (PROTOCOL.md 8.4). AppError(io),
  /// naming the file, if it cannot be read or is not that user's record; to a client such a user does not exist.
  [[nodiscard]] std::unique_ptr<StoredRecord> find(Bytes user) const;

  /// Writes `record` in place of an earlier one of that user, as write_private_file() does; makes the directory if need
  /// be, not its parents. AppError(usage) if the user name is too long to name a file.
  void save(const ServerRecord& record) const;

  /// The key of PROTOCOL.md 8.4 in DIRECTORY/enumeration.key, the same at every call; made at the first, also if two
  /// processes call at once. AppError(io), also if the directory does not exist.
  [[nodiscard]] EnumerationKey enumeration_key() const;

  /// Where save() writes the record of `user`. AppError(usage) as save().
  [[nodiscard]] std::filesystem::path path_of(Bytes user) const;

 private:
  void do_the_work_of_a_look_up() const;

  std::filesystem::path directory_;
  /// A record of nobody.
  FileText stand_in_;
};

}  // namespace pawl::app
