// SPDX-License-Identifier: Apache-2.0
#include "nstp_record.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "file_error.hpp"
#include "hex.hpp"
#include "text.hpp"
#include "toml_file.hpp"
#include "user_name.hpp"

namespace pawl::app {
namespace {

namespace fs = std::filesystem;

/// Records of version 2 end with ".toml", whatever the user's name.
constexpr const char* kNstpSuffix = ".nstp";
constexpr std::string_view kNstpFormat = "pawl nstp record 1";
constexpr std::string_view kNstpComment =
    "SECRET: a user of 'pawl serve --nstp', made by 'pawl enroll --nstp'.\n"
    "Whoever has this file can log in as this user, pose as the server, and read what was recorded of their\n"
    "connections; they can also guess at the password. It belongs on the server alone, with mode 0600. It serves NSTP "
    "and\n"
    "nothing else. Remove the file to lock the user out. It cannot be edited by hand: enrol the user again.";

}  // namespace

std::unique_ptr<NstpRecord> NstpRecordStore::find(Bytes user) const {
  const std::string name = file_name_of(user);
  const fs::path path = directory_ / (name + kNstpSuffix);
  const auto file = name.size() <= kMaxFileName ? read_private_file(path) : std::nullopt;
  if (!file) return nullptr;
  const TomlReader toml(path, file->text.bytes(), kNstpFormat);
  auto record = std::make_unique<NstpRecord>();
  record->user = toml.user();
  toml.hex("psk", record->psk.writable());
  record->warning = file->warning;
  if (!std::ranges::equal(bytes_of(record->user), user)) {
    throw AppError(ExitCode::io,
                   "Cannot use " + quoted(path) + ": it is the record of another user. Enrol this one again.");
  }
  if (toml.text("device_salt") != hex(device_salt_)) {
    throw AppError(ExitCode::io, "Cannot use " + quoted(path) + ": it was made for another device salt than " +
                                     hex(device_salt_) + ". Give that one to --device-salt, or enrol the user again.");
  }
  return record;
}

void NstpRecordStore::save(const NstpRecord& record) const {
  const fs::path path = path_of(bytes_of(record.user));
  TomlWriter toml(kNstpComment, kNstpFormat);
  toml.user(bytes_of(record.user));
  toml.hex("device_salt", device_salt_);
  toml.hex("psk", record.psk.bytes());
  if (::mkdir(directory_.c_str(), S_IRWXU) != 0 && errno != EEXIST) throw file_error("make", directory_, errno);
  write_private_file(path, toml.finish().bytes());
}

fs::path NstpRecordStore::path_of(Bytes user) const {
  const std::string name = file_name_of(user);
  if (name.size() <= kMaxFileName) return directory_ / (name + kNstpSuffix);
  throw AppError(ExitCode::usage,
                 "The user name \"" + printable(user) +
                     "\" is too long to name a file. Use fewer characters other than letters and digits.");
}

}  // namespace pawl::app
