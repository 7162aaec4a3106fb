// SPDX-License-Identifier: Apache-2.0
#include "ticket_keeper.hpp"

#include "console/failure_text.hpp"
#include "console/server_report.hpp"

namespace pawl::app {
namespace {

std::chrono::sys_seconds now() {
  return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

void TicketKeeper::load(const std::string& user, Mode mode) {
  user_ = user;
  mode_ = mode;
  if (!path_) return;
  const auto stored = require(host::take_ticket(*path_));
  if (!stored) return;
  if (stored->exposed) reporter_.warn(exposed_text(*path_));
  if (stored->user != user || stored->mode != mode) {
    return reporter_.verbose("The ticket was another user's, and is gone.");
  }
  if (stored->expires <= now()) return reporter_.verbose("The ticket was too old, and is gone.");
  expires_ = stored->expires;
  // It has the size of a ticket.
  static_cast<void>(ticket_.restore(stored->ticket(), stored->secret.bytes()));
}

void TicketKeeper::keep(const TicketReceived& event) {
  expires_ = now() + std::chrono::seconds(ticket_.take(event.content));
  write();
}

bool TicketKeeper::ended(Error error) {
  const bool again = ticket_.ended(error);
  // The server was busy, or nobody was reached.
  if (ticket_.usable()) write();
  return again;
}

void TicketKeeper::write() {
  if (!path_) return;
  host::StoredTicket stored{.user = user_, .mode = mode_, .expires = expires_};
  copy(ticket_.bytes(), stored.bytes);
  stored.size = ticket_.bytes().size();
  copy(ticket_.secret().bytes(), stored.secret.writable());
  const auto written = host::keep_ticket(*path_, stored);
  if (!written.ok()) reporter_.warn(explain(written.failure()).what());
}

}  // namespace pawl::app
