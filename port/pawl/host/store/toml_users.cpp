// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/toml_file.hpp>
#include <pawl/host/store/toml_users.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = ".toml";

constexpr std::string_view kRecordFormat = "pawl record 1";
/// Of a user who is not enabled. A program that does not know the state must not take the record for one that lets in.
constexpr std::string_view kLockedFormat = "pawl record 2";
constexpr std::string_view kRecordComment =
    "SECRET: a user of 'pawl serve', made by 'pawl enroll'.\n"
    "Whoever has this file can pose as the server to this user and, with mode \"psk\", as the user; with kind "
    "\"password\"\n"
    "they can also guess at it. It belongs on the server alone, with mode 0600. It holds no password.\n"
    "Lock the user out with 'pawl user disable' or 'pawl user remove'. It cannot be edited by hand: enrol the user "
    "again.";

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

FailureOr<FileText> render(const Enrolment& enrolment, UserState state) {
  const bool enabled = state == UserState::enabled;
  TomlWriter toml(kRecordComment, enabled ? kRecordFormat : kLockedFormat);
  toml.user(enrolment.user);
  if (!enabled) toml.text("state", name(state));
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

UserState read_state(TomlReader& toml) {
  if (toml.text("format") != kLockedFormat) return UserState::enabled;
  const std::string word = toml.text("state");
  for (const UserState state : {UserState::disabled, UserState::removed}) {
    if (word == name(state)) return state;
  }
  toml.fail(R"(state must be "disabled" or "removed")");
  return UserState::disabled;
}

FailureOr<std::unique_ptr<StoredEnrolment>> parse(const fs::path& path, const FileText& text) {
  TomlReader toml(path, text.bytes(), {kRecordFormat, kLockedFormat});
  auto stored = std::make_unique<StoredEnrolment>();
  Enrolment& enrolment = stored->enrolment;
  stored->user = toml.user();
  enrolment.user = bytes_of(stored->user);
  stored->state = read_state(toml);
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
  const Nobody nobody;
  TomlWriter toml("", kRecordFormat);
  if (kind != Kind::password) write_salt(toml, nobody.enrolment);
  if (!has_verifier(mode)) toml.hex("verifier", nobody.pake.verifier);
  if (mode != Mode::pake) write_blinds(toml, nobody.pake.blinds);
  return std::move(toml.finish().value());
}

void read_rest(const fs::path& path, const FileText& rest, Kind kind, Mode mode) {
  PakeVerifier nothing;
  Enrolment nobody;
  TomlReader toml(path, rest.bytes(), {kRecordFormat});
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
FailureOr<> make_key(const fs::path& path, const EnumerationKey& key) {
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
  Nobody nobody;
  nobody.enrolment.user = bytes_of("nobody");
  return std::move(render(nobody.enrolment, UserState::enabled).value());
}

}  // namespace

/// Files that wait to take their places.
class TomlUsers::Edit final : public UserEdit {
 public:
  /// The directory outlives it.
  Edit(const UserDirectory& directory, DirectoryLock lock) : directory_(directory), lock_(std::move(lock)) {}

  FailureOr<> write(const Enrolment& enrolment, UserState state) override {
    const auto path = directory_.path_of(enrolment.user);
    if (!path.ok()) return path.failure();
    const auto text = render(enrolment, state);
    if (!text.ok()) return text.failure();
    auto file = StagedFile::make(path.value(), text.value().bytes());
    if (!file.ok()) return file.failure();
    files_.push_back(std::move(file.value()));
    return {};
  }

  void offer_key(EnumerationKey key) override { key_ = std::move(key); }

  /// The key comes first, so that the server need not write.
  FailureOr<> commit_after(const std::function<FailureOr<>()>& first) override {
    PAWL_HOST_TRY(require_key());
    PAWL_HOST_TRY(first());
    for (StagedFile& file : files_) PAWL_HOST_TRY(file.commit());
    return {};
  }

 private:
  FailureOr<> require_key() {
    const fs::path path = directory_.path() / kKeyFile;
    std::error_code unreadable;  // then whoever wants the key will be told
    if (fs::exists(path, unreadable) || unreadable) return {};
    if (key_) return make_key(path, *key_);
    const auto drawn = draw_enumeration_key();
    return drawn.ok() ? make_key(path, drawn.value()) : drawn.failure();
  }

  const UserDirectory& directory_;
  DirectoryLock lock_;
  std::vector<StagedFile> files_;
  std::optional<EnumerationKey> key_;
};

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
  const auto named = path_of(user);
  const fs::path path = named.ok() ? named.value() : fs::path();
  auto stored = parse(path, exists ? file.value()->text : stand_in_);
  if (!stored.ok()) return stored.failure();
  const Enrolment& enrolment = stored.value()->enrolment;
  read_rest(path, rests_.at({enrolment.kind, enrolment.mode}), enrolment.kind, enrolment.mode);
  if (!exists) return std::unique_ptr<StoredEnrolment>();
  if (!std::ranges::equal(bytes_of(stored.value()->user), user)) return another_user(path);
  if (stored.value()->state != UserState::enabled) return std::unique_ptr<StoredEnrolment>();
  if (file.value()->exposed) stored.value()->exposed = path;
  return stored;
}

FailureOr<std::unique_ptr<StoredEnrolment>> TomlUsers::read(Bytes user) const {
  const auto path = path_of(user);
  if (!path.ok()) return std::unique_ptr<StoredEnrolment>();
  return load(path.value());
}

FailureOr<std::vector<UserSummary>> TomlUsers::list() const {
  const auto files = directory_.files();
  if (!files.ok()) return files.failure();
  std::vector<UserSummary> users;
  for (const fs::path& path : files.value()) {
    const auto stored = load(path);
    if (!stored.ok()) return stored.failure();
    if (stored.value()) users.push_back(summary_of(*stored.value()));
  }
  std::ranges::sort(users, {}, &UserSummary::user);
  return users;
}

FailureOr<std::unique_ptr<StoredEnrolment>> TomlUsers::load(const fs::path& path) const {
  const auto file = read_private_file(path);
  if (!file.ok()) return file.failure();
  if (!file.value()) return std::unique_ptr<StoredEnrolment>();
  auto stored = parse(path, file.value()->text);
  if (!stored.ok()) return stored.failure();
  const auto own_path = path_of(bytes_of(stored.value()->user));
  if (!own_path.ok() || own_path.value() != path) return another_user(path);
  if (file.value()->exposed) stored.value()->exposed = path;
  return stored;
}

FailureOr<std::unique_ptr<UserEdit>> TomlUsers::edit() {
  PAWL_HOST_TRY(directory_.make());
  auto lock = DirectoryLock::take(path());
  if (!lock.ok()) return lock.failure();
  return std::unique_ptr<UserEdit>(std::make_unique<Edit>(directory_, std::move(lock.value())));
}

FailureOr<EnumerationKey> TomlUsers::enumeration_key() const {
  PAWL_HOST_TRY(directory_.require());
  const fs::path path = directory_.path() / kKeyFile;
  auto file = read_private_file(path);
  if (!file.ok()) return file.failure();
  if (!file.value()) {
    const auto drawn = draw_enumeration_key();
    if (!drawn.ok()) return drawn.failure();
    PAWL_HOST_TRY(make_key(path, drawn.value()));
    file = read_private_file(path);
    if (!file.ok()) return file.failure();
  }
  if (!file.value()) return file_failure(Failure::Kind::file_read, path, ENOENT);
  EnumerationKey key;
  TomlReader toml(path, file.value()->text.bytes(), {kKeyFormat});
  toml.hex("key", key.writable());
  PAWL_HOST_TRY(toml.done());
  return key;
}

}  // namespace pawl::host
