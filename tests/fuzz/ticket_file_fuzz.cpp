// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/ticket_file.hpp>

#include <fstream>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/refusal.hpp"
#include "tests/unit/host/temporary_directory.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pawl;
  static const host::test::TemporaryDirectory directory;
  const auto path = directory.path() / "ticket.toml";
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto taken = host::take_ticket(path);
  if (!taken.ok() && taken.failure().kind == host::Failure::Kind::file_unfit) return 0;  // too large
  if (!test::accepted(host::Failure::Kind::file_malformed, taken)) return 0;
  test::require(taken.value() != nullptr && !std::filesystem::exists(path), "a ticket is taken once");
  test::require(taken.value()->size >= 1 && host::keep_ticket(path, *taken.value()).ok(), "and can be kept again");
  return 0;
}
