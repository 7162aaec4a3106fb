// SPDX-License-Identifier: Apache-2.0
#include <cerrno>

#include <pawl/handshake/p256.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/store/credential_file.hpp>
#include <pawl/host/store/toml_file.hpp>

namespace pawl::host {
namespace {

constexpr std::string_view kFormat = "pawl credential 1";
constexpr std::string_view kComment =
    "SECRET: a credential of pawl, made by 'pawl enroll' for 'pawl connect'.\n"
    "Whoever has this file can log in as this user. It belongs on the user's device alone, with mode 0600.\n"
    "It cannot be edited by hand. If it is lost or seen by others, enrol the user again: that makes it worthless.";

/// The points that blind the shares are not in the file, because they follow from w0.
void read_pake(TomlReader& toml, StoredCredential& stored) {
  if (stored.credential.kind != Kind::password) toml.fail("mode pake is for passwords");
  toml.hex("w0", stored.pake.w0.writable());
  if (!compute_blinds(p256_pake, stored.pake).ok()) toml.fail("w0 is not a scalar of P-256");
  stored.credential.pake = &stored.pake;
}

void read_fields(TomlReader& toml, StoredCredential& stored) {
  ClientCredential& credential = stored.credential;
  stored.user = toml.user();
  credential.user = bytes_of(stored.user);
  credential.kind = toml.kind();
  credential.mode = toml.mode();
  if (credential.kind == Kind::password) {
    credential.iterations = toml.iterations();
    toml.hex("salt", credential.salt);
  }
  toml.hex("psk", credential.psk.writable());
  if (credential.mode != Mode::psk) {
    toml.hex("w1", credential.w1.writable());
    if (!p256_scalar_valid(credential.w1)) toml.fail("w1 is not a scalar of P-256");
  }
  if (credential.mode == Mode::pake) read_pake(toml, stored);
  credential.derived = true;
}

}  // namespace

FailureOr<std::unique_ptr<StoredCredential>> load_credential(const std::filesystem::path& path) {
  const auto file = read_private_file(path);
  if (!file.ok()) return file.failure();
  if (!file.value()) return file_failure(Failure::Kind::file_read, path, ENOENT);
  auto stored = std::make_unique<StoredCredential>();
  TomlReader toml(path, file.value()->text.bytes(), {kFormat});
  read_fields(toml, *stored);
  PAWL_HOST_TRY(toml.done());
  stored->exposed = file.value()->exposed;
  return stored;
}

FailureOr<StagedFile> stage_credential(const std::filesystem::path& path, const ClientCredential& credential) {
  TomlWriter toml(kComment, kFormat);
  toml.user(credential.user);
  toml.kind(credential.kind);
  toml.mode(credential.mode);
  if (credential.kind == Kind::password) {
    toml.number("iterations", credential.iterations);
    toml.hex("salt", credential.salt);
  }
  toml.hex("psk", credential.psk.bytes());
  if (credential.mode != Mode::psk) toml.hex("w1", credential.w1.bytes());
  if (credential.mode == Mode::pake) toml.hex("w0", credential.pake->w0.bytes());
  const auto text = toml.finish();
  return text.ok() ? StagedFile::make(path, text.value().bytes()) : text.failure();
}

}  // namespace pawl::host
