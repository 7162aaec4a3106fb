// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/ticket_keyring.hpp>

namespace pawl::host {
namespace {

/// How often the store is looked at for a key that a client's ticket may be under. Anybody can show one that is not.
constexpr Duration kLookPause = seconds(1);
/// The same after the store has failed, so that it is not said too often.
constexpr Duration kFailedPause = seconds(10);

}  // namespace

std::uint64_t TicketKeyring::time(Instant now) const { return kept_ ? kept_->time_of_day.seconds() : now.ms / 1000; }

Result<std::size_t> TicketKeyring::seal(const Ticket& ticket, Instant now, MutBytes out) {
  const std::uint64_t at = time(now);
  if (kept_ && keys_.key_due(at)) {
    look(now);
    if (keys_.key_due(at)) return Error::would_block;
  }
  return keys_.seal(ticket, at, out);
}

Status TicketKeyring::open(Bytes sealed, Instant now, Ticket& ticket) {
  const std::uint64_t at = time(now);
  const Status opened = keys_.open(sealed, at, ticket);
  if (opened.ok() || !kept_) return opened;
  look(now);
  return keys_.open(sealed, at, ticket);
}

FailureOr<> TicketKeyring::take_up(Instant now) {
  if (!kept_) return {};
  tend_at_ = now + TicketKeyStore::kTimePeriod;
  look_at_ = now + kLookPause;
  return kept_->store.take_up(keys_, time(now));
}

void TicketKeyring::tend(Instant now) {
  if (now >= tend_at_) look(now);
}

void TicketKeyring::look(Instant now) {
  if (!kept_ || now < look_at_) return;
  const auto done = take_up(now);
  if (done.ok()) return;
  look_at_ = tend_at_ = now + kFailedPause;
  kept_->observer.failed(done.failure(), nullptr);
}

}  // namespace pawl::host
