// SPDX-License-Identifier: Apache-2.0
/// What a server of NSTP keeps of its users: one TOML file each, beside the records of version 2 and never taken for
/// one: the file has another name, another format, and a key of another type.
#pragma once

#include <filesystem>
#include <memory>
#include <pawl/nstp/key_schedule.hpp>
#include <string>
#include <vector>

namespace pawl::app {

struct NstpRecord {
  NstpRecord() = default;
  NstpRecord(const NstpRecord&) = delete;
  NstpRecord& operator=(const NstpRecord&) = delete;

  std::string user;
  nstp::Psk psk;
  /// What the operator should be told about the file, for example that others can read it; empty if all is well.
  std::string warning;
};

class NstpRecordStore {
 public:
  /// Touches nothing yet. `directory` need not exist. `device_salt` is what the keys of all records are derived with.
  NstpRecordStore(std::filesystem::path directory, std::vector<std::uint8_t> device_salt)
      : directory_(std::move(directory)), device_salt_(std::move(device_salt)) {}

  /// Reads the record of `user`, any bytes; null if there is none. The file is read at every call, so a change counts
  /// at once. AppError(io), naming the file, if it cannot be read, is not that user's record, or was made for another
  /// device salt.
  [[nodiscard]] std::unique_ptr<NstpRecord> find(Bytes user) const;

  /// Writes `record` in place of an earlier one of that user; makes the directory if need be, not its parents.
  /// AppError(usage) if the user name is too long to name a file, AppError(io).
  void save(const NstpRecord& record) const;

  /// Where save() writes the record of `user`. AppError(usage) as save().
  [[nodiscard]] std::filesystem::path path_of(Bytes user) const;

 private:
  std::filesystem::path directory_;
  std::vector<std::uint8_t> device_salt_;
};

}  // namespace pawl::app
