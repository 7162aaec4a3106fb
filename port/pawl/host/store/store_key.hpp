// SPDX-License-Identifier: Apache-2.0
/// The key that seals the secrets of a user store, in a file of its own.
#pragma once

#include <filesystem>

#include <pawl/base/random.hpp>
#include <pawl/base/secret.hpp>
#include <pawl/host/base/failure.hpp>

namespace pawl::host {

/// 32 random bytes.
using StoreKey = Secret<struct StoreKeyTag, 32>;

/// Reads the key in `path`, which is 64 hexadecimal digits and a line end. Kind::file_read, file_malformed, and
/// file_unfit if everybody on the machine may read or write the file.
FailureOr<StoreKey> read_store_key(const std::filesystem::path& path);

/// Draws a key into the new file `path`, with mode 0600. Kind::file_unfit if there is a file, file_write, core.
FailureOr<> make_store_key(const std::filesystem::path& path, Random& random);

}  // namespace pawl::host
