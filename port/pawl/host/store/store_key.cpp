// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <string_view>

#include <pawl/host/base/hex.hpp>
#include <pawl/host/store/private_file.hpp>
#include <pawl/host/store/store_key.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

Failure unfit(Failure::Kind kind, const fs::path& path, const char* why) {
  return {.kind = kind, .path = path, .detail = why};
}

std::string_view first_line(Bytes text) {
  const std::string_view all(reinterpret_cast<const char*>(text.data()), text.size());
  return all.substr(0, all.find('\n'));
}

/// Not hex(), whose string is not wiped.
void append_hex(Bytes bytes, FileText& text) {
  // There is room.
  for (const std::uint8_t byte : bytes) static_cast<void>(text.append(hex_digits(byte)));
  static_cast<void>(text.append(ascii("\n")));
}

}  // namespace

FailureOr<StoreKey> read_store_key(const fs::path& path) {
  const auto file = read_private_file(path);
  if (!file.ok()) return file.failure();
  if (!file.value()) return file_failure(Failure::Kind::file_read, path, ENOENT);
  if (file.value()->exposed) {
    return unfit(Failure::Kind::file_unfit, path, "everybody may read or write this key. Make it 0600, with chmod");
  }
  StoreKey key;
  const Bytes text = file.value()->text.bytes();
  const std::string_view line = first_line(text);
  const bool one_line = text.size() <= line.size() + 1;
  if (!one_line || !from_hex(line, key.writable())) {
    return unfit(Failure::Kind::file_malformed, path, "a store key is one line of 64 lower-case hexadecimal digits");
  }
  return key;
}

FailureOr<> make_store_key(const fs::path& path, Random& random) {
  StoreKey key;
  PAWL_HOST_TRY(FailureOr<>(random.fill(key.writable())));
  FileText text;
  append_hex(key.bytes(), text);
  auto file = StagedFile::make(path, text.bytes());
  if (!file.ok()) return file.failure();
  const auto made = file.value().commit_new();
  if (!made.ok()) return made.failure();
  return made.value() ? FailureOr<>()
                      : unfit(Failure::Kind::file_unfit, path, "there is a file already, which may be a key");
}

}  // namespace pawl::host
