// SPDX-License-Identifier: Apache-2.0
/// Files of the program with a field of each type.
#include "apps/toml_file.hpp"

#include <filesystem>

#include "tests/fuzz/refusal.hpp"

namespace {

using namespace pawl::app;
using pawl::test::accepted;
using pawl::test::require;

constexpr std::string_view kFormat = "x";
const std::filesystem::path kPath = "file";

/// The file with this one field, as read and as written.
template <class Read, class Write>
void field(pawl::Bytes text, const Read& read, const Write& write) {
  if (!accepted(ExitCode::io, [&] { read(TomlReader(kPath, text, kFormat)); })) return;
  TomlWriter writer("", kFormat);
  // A name that is good on the wire may be one that nobody can enrol.
  if (!accepted(ExitCode::usage, [&] { write(writer); })) return;
  const FileText written = writer.finish();
  require(accepted(ExitCode::io, [&] { read(TomlReader(kPath, written.bytes(), kFormat)); }),
          "what is written is read");
}

/// Keeps what was read first, and requires the same when it is read again.
template <class T>
struct Value {
  void operator()(T read) {
    require(!seen || value == read, "a field is read as it was written");
    seen = true;
    value = std::move(read);
  }
  bool seen = false;
  T value{};
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const pawl::Bytes text(data, size);
  Value<std::uint32_t> number;
  field(
      text, [&](const TomlReader& toml) { number(toml.number("n")); },
      [&](TomlWriter& toml) { toml.number("n", number.value); });
  Value<pawl::ByteArray<2>> bytes;
  field(
      text,
      [&](const TomlReader& toml) {
        pawl::ByteArray<2> read{};
        toml.hex("h", read);
        bytes(read);
      },
      [&](TomlWriter& toml) { toml.hex("h", bytes.value); });
  Value<std::string> user;
  field(
      text, [&](const TomlReader& toml) { user(toml.user()); },
      [&](TomlWriter& toml) { toml.user(bytes_of(user.value)); });
  Value<pawl::Kind> kind;
  field(
      text, [&](const TomlReader& toml) { kind(toml.kind()); }, [&](TomlWriter& toml) { toml.kind(kind.value); });
  Value<pawl::Mode> mode;
  field(
      text, [&](const TomlReader& toml) { mode(toml.mode()); }, [&](TomlWriter& toml) { toml.mode(mode.value); });
  return 0;
}
