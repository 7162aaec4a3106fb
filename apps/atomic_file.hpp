// SPDX-License-Identifier: Apache-2.0
/// Files with secrets: small, readable by their owner alone, and never half written.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "secret_buffer.hpp"

namespace pawl::app {

/// The content of such a file; none is larger.
using FileText = SecretBuffer<struct FileTextTag, 4096>;

struct PrivateFile {
  FileText text;
  /// What its owner should be told: that others can read the file; empty if all is well.
  std::string warning;
};

/// Reads a file; none if it does not exist. AppError(io), naming path and reason, if it cannot be read, is no regular
/// file or is too large.
std::optional<PrivateFile> read_private_file(const std::filesystem::path& path);

/// Writes `content` to `path`, mode 0600: whoever opens it sees all of the old file or all of the new one, also after a
/// power cut. AppError(io), naming path and reason; then the old file is as it was, and no temporary file remains.
void write_private_file(const std::filesystem::path& path, Bytes content);

/// The same, but an existing file stays as it is: then it returns false.
bool create_private_file(const std::filesystem::path& path, Bytes content);

}  // namespace pawl::app
