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

/// The name of no file, because no user's file begins with a point.
constexpr std::string_view kNoFile = ".nobody";

constexpr std::string_view kKeyFile = "enumeration.key";
constexpr std::string_view kKeyFormat = "pawl enumeration key 1";
constexpr std::string_view kKeyComment =
    "SECRET: lets 'pawl serve' answer for users that do not exist as for those that do, so that nobody can find out\n"
    "who is enrolled. Keep it as long as the enrolments beside it, with mode 0600.";

bool has_verifier(Mode mode) { return mode != Mode::psk; }

void write_salt(TomlWriter& toml, const Enrolment& enrolment) {
  toml.number("iterations", enrolment.iterations);
  toml.hex("salt", enrolment.salt);
}

void write_blinds(TomlWriter& toml, const PakeBlinds& blinds) {
  toml.hex("w0", blinds.w0.bytes());
  toml.hex("w0m", blinds.w0_m.bytes());
  toml.hex("w0n", blinds.w0_n.bytes());
}

FailureOr<FileText> render(const Enrolment& enrolment) {
  TomlWriter toml(kRecordComment, kRecordFormat);
  toml.user(enrolment.user);
  toml.kind(enrolment.kind);
  toml.mode(enrolment.mode);
  toml.number("generation", enrolment.generation);
  if (enrolment.kind == Kind::password) write_salt(toml, enrolment);
  toml.hex("psk", enrolment.psk.bytes());
  const bool pake = enrolment.mode == Mode::pake;
  if (has_verifier(enrolment.mode)) toml.hex("verifier", pake ? enrolment.pake->verifier : enrolment.verifier);
  if (pake) write_blinds(toml, enrolment.pake->blinds);
  return toml.finish();
}

void read_salt(TomlReader& toml, Enrolment& enrolment) {
  enrolment.iterations = toml.iterations();
  toml.hex("salt", enrolment.salt);
}

void read_blinds(TomlReader& toml, PakeBlinds& blinds) {
  toml.hex("w0", blinds.w0.writable());
  toml.hex("w0m", blinds.w0_m.writable());
  toml.hex("w0n", blinds.w0_n.writable());
}

void read_pake(TomlReader& toml, StoredEnrolment& stored) {
  if (stored.enrolment.kind != Kind::password) toml.fail("mode pake is for passwords");
  toml.hex("verifier", stored.pake.verifier);
  read_blinds(toml, stored.pake.blinds);
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
  if (enrolment.kind == Kind::password) read_salt(toml, enrolment);
  toml.hex("psk", enrolment.psk.writable());
  if (enrolment.mode == Mode::psk_ecdhe) toml.hex("verifier", enrolment.verifier);
  if (enrolment.mode == Mode::pake) read_pake(toml, *stored);
  PAWL_HOST_TRY(toml.done());
  return stored;
}

/// Of all fields that there are, those that an enrolment of this kind and mode lacks.
FileText render_rest(Kind kind, Mode mode) {
  const PakeVerifier nothing;
  Enrolment nobody;
  nobody.iterations = Config::kIterationsFloor;
  TomlWriter toml("", kRecordFormat);
  if (kind != Kind::password) write_salt(toml, nobody);
  if (!has_verifier(mode)) toml.hex("verifier", nothing.verifier);
  if (mode != Mode::pake) write_blinds(toml, nothing.blinds);
  return std::move(toml.finish().value());
}

void read_rest(const fs::path& path, const FileText& rest, Kind kind, Mode mode) {
  PakeVerifier nothing;
  Enrolment nobody;
  TomlReader toml(path, rest.bytes(), kRecordFormat);
  if (kind != Kind::password) read_salt(toml, nobody);
  if (!has_verifier(mode)) toml.hex("verifier", nothing.verifier);
  if (mode != Mode::pake) read_blinds(toml, nothing.blinds);
}

std::map<std::pair<Kind, Mode>, FileText> rests() {
  std::map<std::pair<Kind, Mode>, FileText> rests;
  for (const Kind kind : {Kind::password, Kind::raw_key}) {
    for (const Mode mode : {Mode::psk, Mode::psk_ecdhe, Mode::pake})
      rests.emplace(std::pair(kind, mode), render_rest(kind, mode));
  }
  return rests;
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

/// The enrolment of nobody, which has all fields.
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

TomlUsers::TomlUsers(fs::path directory)
    : directory_(std::move(directory), kSuffix), stand_in_(stand_in()), rests_(rests()) {}

/// Nobody is to see by the time whether the user exists, nor how he is enrolled. So whoever it is, one file is opened
/// and read, and another one is looked for in vain. Each field that an enrolment may have is read once. The fields that
/// this one lacks are read from what stands in for them.
FailureOr<std::unique_ptr<StoredEnrolment>> TomlUsers::find(Bytes user) const {
  const auto file = directory_.read(user);
  if (!file.ok()) return file.failure();
  const bool exists = file.value().has_value();
  const auto other = read_private_file(directory_.path() / (exists ? kNoFile : kKeyFile));
  if (!exists && !other.ok()) return other.failure();
  const auto named = directory_.path_of(user);
  const fs::path path = named.ok() ? named.value() : fs::path();
  auto stored = parse(path, exists ? file.value()->text : stand_in_);
  if (!stored.ok()) return stored.failure();
  const Enrolment& enrolment = stored.value()->enrolment;
  read_rest(path, rests_.at({enrolment.kind, enrolment.mode}), enrolment.kind, enrolment.mode);
  if (!exists) return std::unique_ptr<StoredEnrolment>();
  if (!std::ranges::equal(bytes_of(stored.value()->user), user)) return another_user(path);
  if (file.value()->exposed) stored.value()->exposed = path;
  return stored;
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
