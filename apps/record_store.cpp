// SPDX-License-Identifier: Apache-2.0
#include "record_store.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <pawl/base/config.hpp>
#include <pawl/port/posix/random.hpp>
#include <utility>

#include "file_error.hpp"
#include "text.hpp"
#include "toml_file.hpp"
#include "user_name.hpp"

namespace pawl::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = ".toml";

constexpr std::string_view kRecordFormat = "pawl record 1";
constexpr std::string_view kRecordComment =
    "SECRET: a user of 'pawl serve', made by 'pawl enroll'.\n"
    "Whoever has this file can pose as the server to this user and, with mode \"psk\", as the user; with kind "
    "\"password\"\n"
    "they can also guess at it. It belongs on the server alone, with mode 0600. It holds no password.\n"
    "Remove the file to lock the user out. It cannot be edited by hand: enrol the user again.";

constexpr std::string_view kKeyFile = "enumeration.key";
constexpr std::string_view kKeyFormat = "pawl enumeration key 1";
constexpr std::string_view kKeyComment =
    "SECRET: lets 'pawl serve' answer for users that do not exist as for those that do, so that nobody can find out\n"
    "who is enrolled. Keep it as long as the records beside it, with mode 0600.";

FileText render(const ServerRecord& record) {
  TomlWriter toml(kRecordComment, kRecordFormat);
  toml.user(record.user);
  toml.kind(record.kind);
  toml.mode(record.mode);
  toml.number("generation", record.generation);
  if (record.kind == Kind::password) {
    toml.number("iterations", record.iterations);
    toml.hex("salt", record.salt);
  }
  toml.hex("psk", record.psk.bytes());
  if (record.mode == Mode::psk_ecdhe) toml.hex("verifier", record.verifier);
  if (record.mode == Mode::pake) {
    toml.hex("verifier", record.pake->verifier);
    toml.hex("w0", record.pake->blinds.w0.bytes());
    toml.hex("w0m", record.pake->blinds.w0_m.bytes());
    toml.hex("w0n", record.pake->blinds.w0_n.bytes());
  }
  return toml.finish();
}

void read_pake(const TomlReader& toml, StoredRecord& stored) {
  if (stored.record.kind != Kind::password) throw toml.error("mode pake is for passwords");
  toml.hex("verifier", stored.pake.verifier);
  toml.hex("w0", stored.pake.blinds.w0.writable());
  toml.hex("w0m", stored.pake.blinds.w0_m.writable());
  toml.hex("w0n", stored.pake.blinds.w0_n.writable());
  stored.record.pake = &stored.pake;
}

std::unique_ptr<StoredRecord> parse(const fs::path& path, const FileText& text) {
  const TomlReader toml(path, text.bytes(), kRecordFormat);
  auto stored = std::make_unique<StoredRecord>();
  ServerRecord& record = stored->record;
  stored->user = toml.user();
  record.user = bytes_of(stored->user);
  record.kind = toml.kind();
  record.mode = toml.mode();
  record.generation = toml.number("generation");
  if (record.kind == Kind::password) {
    record.iterations = toml.iterations();
    toml.hex("salt", record.salt);
  }
  toml.hex("psk", record.psk.writable());
  if (record.mode == Mode::psk_ecdhe) toml.hex("verifier", record.verifier);
  if (record.mode == Mode::pake) read_pake(toml, *stored);
  return stored;
}

/// False if there is one now, made by another process.
bool make_key(const fs::path& path) {
  EnumerationKey key;
  SystemRandom random;
  require(random.fill(key.writable()));
  TomlWriter toml(kKeyComment, kKeyFormat);
  toml.hex("key", key.bytes());
  return create_private_file(path, toml.finish().bytes());
}

FileText stand_in() {
  PakeVerifier pake;
  ServerRecord nobody;
  nobody.user = bytes_of("nobody");
  nobody.mode = Mode::pake;
  nobody.pake = &pake;
  nobody.iterations = Config::kIterationsFloor;
  return render(nobody);
}

}  // namespace

RecordStore::RecordStore(fs::path directory) : directory_(std::move(directory)), stand_in_(stand_in()) {}

std::unique_ptr<StoredRecord> RecordStore::find(Bytes user) const {
  const std::string name = file_name_of(user);
  const fs::path path = directory_ / (name + kSuffix);
  const auto file = name.size() <= kMaxFileName ? read_private_file(path) : std::nullopt;
  if (!file) {
    do_the_work_of_a_look_up();
    return nullptr;
  }
  auto stored = parse(path, file->text);
  if (!std::ranges::equal(bytes_of(stored->user), user)) {
    throw AppError(ExitCode::io,
                   "Cannot use " + quoted(path) + ": it is the record of another user. Enrol this one again.");
  }
  stored->warning = file->warning;
  return stored;
}

/// Reads a file and parses a record, as a hit does.
void RecordStore::do_the_work_of_a_look_up() const {
  const fs::path path = directory_ / kKeyFile;
  read_private_file(path);
  parse(path, stand_in_);
}

void RecordStore::save(const ServerRecord& record) const {
  const fs::path path = path_of(record.user);
  const FileText text = render(record);
  if (::mkdir(directory_.c_str(), S_IRWXU) != 0 && errno != EEXIST) throw file_error("make", directory_, errno);
  write_private_file(path, text.bytes());
}

EnumerationKey RecordStore::enumeration_key() const {
  std::error_code unreadable;  // then reading the key will fail, and say why
  if (!fs::exists(directory_, unreadable) && !unreadable) {
    throw AppError(ExitCode::io, "There is no directory " + quoted(directory_) +
                                     " with records. Enrol a user into it first: " + "pawl enroll USER --records " +
                                     quoted(directory_));
  }
  const fs::path path = directory_ / kKeyFile;
  auto file = read_private_file(path);
  if (!file) {
    make_key(path);
    file = read_private_file(path);
  }
  if (!file) throw file_error("read", path, ENOENT);
  EnumerationKey key;
  TomlReader(path, file->text.bytes(), kKeyFormat).hex("key", key.writable());
  return key;
}

fs::path RecordStore::path_of(Bytes user) const {
  const std::string name = file_name_of(user);
  if (name.size() > kMaxFileName) {
    throw AppError(ExitCode::usage,
                   "The user name \"" + printable(user) +
                       "\" is too long to name a file. Use fewer characters other than letters and digits.");
  }
  return directory_ / (name + kSuffix);
}

}  // namespace pawl::app
