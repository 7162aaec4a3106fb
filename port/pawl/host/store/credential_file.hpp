// SPDX-License-Identifier: Apache-2.0
/// The file a client keeps, which is one credential in TOML.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <pawl/handshake/credential.hpp>
#include <pawl/host/store/private_file.hpp>

namespace pawl::host {

/// A credential that owns its user name.
struct StoredCredential {
  StoredCredential() = default;
  StoredCredential(const StoredCredential&) = delete;
  StoredCredential& operator=(const StoredCredential&) = delete;

  std::string user;
  /// What credential.pake points to, if the mode is pake.
  PakeBlinds pake;
  /// credential.user views `user`. The credential is derived.
  ClientCredential credential;
  /// Everybody on the machine may read or write the file, which its owner should be told.
  bool exposed = false;
};

/// Reads the credential in `path`. Kind::file_read, Kind::file_unfit as read_private_file(), or Kind::file_malformed if
/// it is no credential.
FailureOr<std::unique_ptr<StoredCredential>> load_credential(const std::filesystem::path& path);

/// Makes `credential`, which is derived, ready to be put into `path`.
FailureOr<StagedFile> stage_credential(const std::filesystem::path& path, const ClientCredential& credential);

}  // namespace pawl::host
