// SPDX-License-Identifier: Apache-2.0
#include "credential_file.hpp"

#include <cerrno>
#include <pawl/handshake/p256.hpp>

#include "file_error.hpp"
#include "text.hpp"
#include "toml_file.hpp"

namespace pawl::app {
namespace {

constexpr std::string_view kFormat = "pawl credential 1";
constexpr std::string_view kComment =
    "SECRET: a credential of pawl, made by 'pawl enroll' for 'pawl connect'.\n"
    "Whoever has this file can log in as this user. It belongs on the user's device alone, with mode 0600.\n"
    "It cannot be edited by hand. If it is lost or seen by others, enrol the user again: that makes it worthless.";

/// The points that blind the shares are not in the file: they follow from w0.
void read_pake(const TomlReader& toml, StoredCredential& stored) {
  if (stored.credential.kind != Kind::password) throw toml.error("mode pake is for passwords");
  toml.hex("w0", stored.pake.w0.writable());
  if (!compute_blinds(p256_pake, stored.pake).ok()) throw toml.error("w0 is not a scalar of P-256");
  stored.credential.pake = &stored.pake;
}

void read_fields(const TomlReader& toml, StoredCredential& stored) {
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
    if (!p256_scalar_valid(credential.w1)) throw toml.error("w1 is not a scalar of P-256");
  }
  if (credential.mode == Mode::pake) read_pake(toml, stored);
  credential.derived = true;
}

}  // namespace

std::unique_ptr<StoredCredential> load_credential(const std::filesystem::path& path) {
  const auto file = read_private_file(path);
  if (!file) throw file_error("read", path, ENOENT);
  auto stored = std::make_unique<StoredCredential>();
  read_fields(TomlReader(path, file->text.bytes(), kFormat), *stored);
  stored->warning = file->warning;
  return stored;
}

void save_credential(const std::filesystem::path& path, const ClientCredential& credential) {
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
  write_private_file(path, toml.finish().bytes());
}

}  // namespace pawl::app
