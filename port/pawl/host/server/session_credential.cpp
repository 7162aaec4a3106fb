// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/server/session_credential.hpp>

namespace pawl::host {
namespace {

/// Far more than a session of a day is given.
constexpr std::uint8_t kLastSeq = 255;

}  // namespace

Bytes SessionCredential::user_of(const CredentialWanted& wanted, Instant now) {
  if (wanted.kind != Kind::ticket) return wanted.user;
  ticket_.emplace();
  if (keys_.open(wanted.user, now, *ticket_).ok()) return ticket_->user();
  ticket_.reset();
  return {};
}

FailureOr<> SessionCredential::look_up(Bytes user) {
  auto found = users_.find(user);
  if (!found.ok()) return found.failure();
  enrolment_ = std::move(found.value());
  return {};
}

void SessionCredential::opened() {
  generation_ = enrolment_->enrolment.generation;
  mode_ = enrolment_->enrolment.mode;
  enrolment_->enrolment = {};
  enrolment_->pake = {};
  ticket_.reset();
  due_ = 0;
}

std::optional<IssuedTicket> SessionCredential::next_ticket(Instant now) {
  const std::uint64_t time = keys_.time(now);
  if (!due_ || time < *due_) return std::nullopt;
  if (resumption_.chain_not_after == 0) resumption_.chain_not_after = time + TicketKeys::kChainLifetime;
  due_ = time + keys_.lifetime() / 2;
  // In the end of the chain the client has to log in.
  if (time >= resumption_.chain_not_after || next_seq_ == kLastSeq) return std::nullopt;
  Ticket ticket;
  resumption_.fill(next_seq_, ticket);
  ticket.not_after = std::min(time + keys_.lifetime(), ticket.chain_not_after);
  ticket.generation = generation_;
  ticket.mode = mode_;
  // The store has no user whose name is none.
  static_cast<void>(ticket.set_user(bytes_of(enrolment_->user)));
  IssuedTicket issued{.lifetime = static_cast<std::uint32_t>(ticket.not_after - time), .seq = next_seq_};
  const auto size = keys_.seal(ticket, now, issued.bytes);
  // Without random bytes, or a key of the store, the client has to do without.
  if (!size.ok()) return std::nullopt;
  ++next_seq_;
  issued.size = size.value();
  return issued;
}

}  // namespace pawl::host
