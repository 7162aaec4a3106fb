// SPDX-License-Identifier: Apache-2.0
/// The file a client keeps: one credential, in TOML.
#pragma once

#include <filesystem>
#include <memory>
#include <pawl/handshake/credential.hpp>
#include <string>

namespace pawl::app {

/// A credential that owns its user name.
struct StoredCredential {
  StoredCredential() = default;
  StoredCredential(const StoredCredential&) = delete;
  StoredCredential& operator=(const StoredCredential&) = delete;

  std::string user;
  /// What credential.pake points to, if the mode is pake.
  PakeBlinds pake;
  /// credential.user views `user`; the credential is derived.
  ClientCredential credential;
  /// What its owner should be told about the file, for example that others can read it; empty if all is well.
  std::string warning;
};

/// Reads the credential in `path`. AppError(io), naming the file and what to do, if it cannot be read or is not a
/// credential.
std::unique_ptr<StoredCredential> load_credential(const std::filesystem::path& path);

/// Writes `credential`, which is derived, as write_private_file() does.
void save_credential(const std::filesystem::path& path, const ClientCredential& credential);

}  // namespace pawl::app
