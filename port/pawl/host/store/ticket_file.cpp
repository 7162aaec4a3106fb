// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/store/ticket_file.hpp>
#include <pawl/host/store/toml_file.hpp>

namespace pawl::host {
namespace {

constexpr std::string_view kTicketFormat = "pawl ticket 1";
constexpr std::string_view kTicketComment =
    "SECRET: a ticket of pawl, with which 'pawl connect --ticket' comes back without the password or key.\n"
    "Whoever has this file can log in as this user, once, until it expires. It can be removed at any time.";

void read_ticket_fields(TomlReader& toml, StoredTicket& stored) {
  stored.user = toml.user();
  stored.mode = toml.mode();
  stored.expires = std::chrono::sys_seconds(std::chrono::seconds(toml.number("expires")));
  const std::string digits = toml.text("ticket");
  stored.size = std::min(digits.size() / 2, stored.bytes.size());
  const bool good = stored.size > 0 && from_hex(digits, MutBytes(stored.bytes).first(stored.size));
  if (!good) toml.fail("ticket must be 1 to 255 bytes in hexadecimal digits");
  toml.hex("secret", stored.secret.writable());
}

}  // namespace

FailureOr<std::unique_ptr<StoredTicket>> take_ticket(const std::filesystem::path& path) {
  const auto file = read_private_file(path);
  if (!file.ok()) return file.failure();
  if (!file.value()) return std::unique_ptr<StoredTicket>();
  auto stored = std::make_unique<StoredTicket>();
  TomlReader toml(path, file.value()->text.bytes(), {kTicketFormat});
  read_ticket_fields(toml, *stored);
  PAWL_HOST_TRY(toml.done());
  stored->exposed = file.value()->exposed;
  if (::unlink(path.c_str()) == 0) return stored;
  // Only one of several programs removes it.
  if (errno == ENOENT) return std::unique_ptr<StoredTicket>();
  return file_failure(Failure::Kind::file_write, path);
}

FailureOr<> keep_ticket(const std::filesystem::path& path, const StoredTicket& ticket) {
  constexpr std::int64_t kLast = std::numeric_limits<std::uint32_t>::max();
  TomlWriter toml(kTicketComment, kTicketFormat);
  toml.user(bytes_of(ticket.user));
  toml.mode(ticket.mode);
  toml.number("expires", static_cast<std::uint32_t>(
                             std::clamp<std::int64_t>(ticket.expires.time_since_epoch().count(), 0, kLast)));
  toml.hex("ticket", ticket.ticket());
  toml.hex("secret", ticket.secret.bytes());
  const auto text = toml.finish();
  return text.ok() ? write_private_file(path, text.value().bytes()) : text.failure();
}

}  // namespace pawl::host
