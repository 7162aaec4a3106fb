// SPDX-License-Identifier: Apache-2.0
/// Files of the program with a field of each type.
#include <pawl/host/store/toml_file.hpp>

#include <filesystem>

#include "tests/fuzz/refusal.hpp"

namespace {

using namespace pawl::host;
using pawl::test::accepted;
using pawl::test::require;

constexpr std::string_view kFormat = "x";
const std::filesystem::path kPath = "file";

/// Reads the file, and whether it could be.
template <class Read>
bool reads(pawl::Bytes text, const Read& read) {
  TomlReader toml(kPath, text, {kFormat});
  const auto value = read(toml);
  if (!accepted(Failure::Kind::file_malformed, toml.done())) return false;
  value();
  return true;
}

/// The file with this one field, as read and as written. `read` gives what to do with the value once it is known that
/// the file is good.
template <class Read, class Write>
void field(pawl::Bytes text, const Read& read, const Write& write) {
  if (!reads(text, read)) return;
  TomlWriter writer("", kFormat);
  write(writer);
  const auto written = writer.finish();
  // A name that is good on the wire may be one that nobody can enrol.
  if (!accepted(Failure::Kind::user_name, written)) return;
  require(reads(written.value().bytes(), read), "what is written is read");
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
      text, [&](TomlReader& toml) { return [&number, n = toml.number("n")] { number(n); }; },
      [&](TomlWriter& toml) { toml.number("n", number.value); });
  Value<pawl::ByteArray<2>> bytes;
  field(
      text,
      [&](TomlReader& toml) {
        pawl::ByteArray<2> read{};
        toml.hex("h", read);
        return [&bytes, read] { bytes(read); };
      },
      [&](TomlWriter& toml) { toml.hex("h", bytes.value); });
  Value<std::string> user;
  field(
      text, [&](TomlReader& toml) { return [&user, name = toml.user()] { user(name); }; },
      [&](TomlWriter& toml) { toml.user(bytes_of(user.value)); });
  Value<pawl::Kind> kind;
  field(
      text, [&](TomlReader& toml) { return [&kind, k = toml.kind()] { kind(k); }; },
      [&](TomlWriter& toml) { toml.kind(kind.value); });
  Value<pawl::Mode> mode;
  field(
      text, [&](TomlReader& toml) { return [&mode, m = toml.mode()] { mode(m); }; },
      [&](TomlWriter& toml) { toml.mode(mode.value); });
  return 0;
}
