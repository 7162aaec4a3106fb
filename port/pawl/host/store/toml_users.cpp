// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <pawl/base/config.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/store/toml_file.hpp>
#include <pawl/host/store/toml_users.hpp>
#include <pawl/port/posix/random.hpp>

namespace pawl::host {
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

/// The name of no file: no user's begins with a point.
constexpr std::string_view kNoFile = ".nobody";

constexpr std::string_view kKeyFile = "enumeration.key";
constexpr std::string_view kKeyFormat = "pawl enumeration key 1";
constexpr std::string_view kKeyComment =
    "SECRET: lets 'pawl serve' answer for users that do not exist as for those that do, so that nobody can find out\n"
    "who is enrolled. Keep it as long as the enrolments beside it, with mode 0600.";

FailureOr<FileText> render(const Enrolment& enrolment) {
  TomlWriter toml(kRecordComment, kRecordFormat);
  toml.user(enrolment.user);
  toml.kind(enrolment.kind);
  toml.mode(enrolment.mode);
  toml.number("generation", enrolment.generation);
  if (enrolment.kind == Kind::password) {
    toml.number("iterations", enrolment.iterations);
    toml.hex("salt", enrolment.salt);
  }
  toml.hex("psk", enrolment.psk.bytes());
  if (enrolment.mode == Mode::psk_ecdhe) toml.hex("verifier", enrolment.verifier);
  if (enrolment.mode == Mode::pake) {
    toml.hex("verifier", enrolment.pake->verifier);
    toml.hex("w0", enrolment.pake->blinds.w0.bytes());
    toml.hex("w0m", enrolment.pake->blinds.w0_m.bytes());
    toml.hex("w0n", enrolment.pake->blinds.w0_n.bytes());
  }
  return toml.finish();
}

void read_pake(TomlReader& toml, StoredEnrolment& stored) {
  if (stored.enrolment.kind != Kind::password) toml.fail("mode pake is for passwords");
  toml.hex("verifier", stored.pake.verifier);
  toml.hex("w0", stored.pake.blinds.w0.writable());
  toml.hex("w0m", stored.pake.blinds.w0_m.writable());
  toml.hex("w0n", stored.pake.blinds.w0_n.writable());
  stored.enrolment.pake = &stored.pake;
}

FailureOr<std::unique_ptr<StoredEnrolment>> parse(const fs::path& path, const FileText& text) {
  TomlReader toml(path, text.bytes(), kRecordFormat);
  auto stored = std::make_unique<StoredEnrolment>();
  Enrolment& enrolment = stored->enrolment;
  stored->user = toml.user();
  enrolment.user = bytes_of(stored->user);
  enrolment.kind = toml.kind();
  enrolment.mode = toml.mode();
  enrolment.generation = toml.number("generation");
  if (enrolment.kind == Kind::password) {
    enrolment.iterations = toml.iterations();
    toml.hex("salt", enrolment.salt);
  }
  toml.hex("psk", enrolment.psk.writable());
  if (enrolment.mode == Mode::psk_ecdhe) toml.hex("verifier", enrolment.verifier);
  if (enrolment.mode == Mode::pake) read_pake(toml, *stored);
  PAWL_HOST_TRY(toml.done());
  return stored;
}

/// Nothing is done if there is one now, made by another process.
FailureOr<> make_key(const fs::path& path) {
  EnumerationKey key;
  SystemRandom random;
  PAWL_HOST_TRY(FailureOr<>(random.fill(key.writable())));
  TomlWriter toml(kKeyComment, kKeyFormat);
  toml.hex("key", key.bytes());
  auto text = toml.finish();
  if (!text.ok()) return text.failure();
  auto file = StagedFile::make(path, text.value().bytes());
  if (!file.ok()) return file.failure();
  const auto made = file.value().commit_new();
  return made.ok() ? FailureOr<>() : made.failure();
}

FileText stand_in() {
  PakeVerifier pake;
  Enrolment nobody;
  nobody.user = bytes_of("nobody");
  nobody.mode = Mode::pake;
  nobody.pake = &pake;
  nobody.iterations = Config::kIterationsFloor;
  return std::move(render(nobody).value());
}

}  // namespace

TomlUsers::TomlUsers(fs::path directory) : directory_(std::move(directory), kSuffix), stand_in_(stand_in()) {}

/// Whether the user exists or not, one file is opened and read and another one is looked for in vain.
FailureOr<std::unique_ptr<StoredEnrolment>> TomlUsers::find(Bytes user) const {
  const auto file = directory_.read(user);
  if (!file.ok()) return file.failure();
  if (!file.value()) return find_nobody();
  static_cast<void>(read_private_file(directory_.path() / kNoFile));
  const fs::path path = directory_.path_of(user).value();
  auto stored = parse(path, file.value()->text);
  if (!stored.ok()) return stored.failure();
  if (!std::ranges::equal(bytes_of(stored.value()->user), user)) return another_user(path);
  if (file.value()->exposed) stored.value()->exposed = path;
  return stored;
}

/// Reads a file and parses an enrolment, as a hit does.
FailureOr<std::unique_ptr<StoredEnrolment>> TomlUsers::find_nobody() const {
  const fs::path path = directory_.path() / kKeyFile;
  const auto file = read_private_file(path);
  if (!file.ok()) return file.failure();
  static_cast<void>(parse(path, stand_in_));
  return std::unique_ptr<StoredEnrolment>();
}

FailureOr<StagedFile> TomlUsers::stage(const Enrolment& enrolment) const {
  const auto path = path_of(enrolment.user);
  if (!path.ok()) return path.failure();
  const auto text = render(enrolment);
  if (!text.ok()) return text.failure();
  return StagedFile::make(path.value(), text.value().bytes());
}

FailureOr<EnumerationKey> TomlUsers::enumeration_key() const {
  PAWL_HOST_TRY(directory_.require());
  const fs::path path = directory_.path() / kKeyFile;
  auto file = read_private_file(path);
  if (!file.ok()) return file.failure();
  if (!file.value()) {
    PAWL_HOST_TRY(make_key(path));
    file = read_private_file(path);
    if (!file.ok()) return file.failure();
  }
  if (!file.value()) return file_failure(Failure::Kind::file_read, path, ENOENT);
  EnumerationKey key;
  TomlReader toml(path, file.value()->text.bytes(), kKeyFormat);
  toml.hex("key", key.writable());
  PAWL_HOST_TRY(toml.done());
  return key;
}

}  // namespace pawl::host
