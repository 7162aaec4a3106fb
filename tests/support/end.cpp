// SPDX-License-Identifier: Apache-2.0
#include "tests/support/end.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/remembered_exchange.hpp"

namespace pawl::test {
namespace {

/// No session has this much to do at one moment.
constexpr int kMostSteps = 1000;

}  // namespace

/// Making it takes scalar multiplications.
const Decoy& test_decoy() {
  static Decoy shared(EnumerationKey{Bytes(pattern(EnumerationKey::kSize)).first<EnumerationKey::kSize>()},
                      Account{}.iterations);
  static PakeVerifier pake;
  static const bool prepared =
      shared.prepare(remembered_exchange).ok() && shared.prepare_pake(remembered_pake, pake).ok();
  EXPECT_TRUE(prepared);
  return shared;
}

Buffer Seen::bytes() const {
  Buffer all;
  for (const Fragment& fragment : fragments) append(all, fragment.bytes);
  return all;
}

std::size_t Seen::messages() const {
  const auto ended = std::count_if(fragments.begin(), fragments.end(), [](const Fragment& f) { return f.last; });
  return static_cast<std::size_t>(ended);
}

Status End::start(Instant now) {
  rx_.resize(rx_size);
  tx_.resize(tx_size);
  session_ = std::make_unique<Session>(session_settings(), *random, rx_, tx_);
  const Status started = session_->start(now);
  run(now);
  return started;
}

void End::run(Instant now) {
  if (!reads) return;
  for (int step = 0; step < kMostSteps; ++step) {
    if (look(now)) continue;
    const auto due = session_->deadline();
    if (!due || *due > now) return;
    session_->advance(now);
  }
  ADD_FAILURE() << "the session is never done with what is due";
}

/// Takes one event; false if there is none.
bool End::look(Instant now) {
  const Event event = session_->next_event();
  if (const auto* wanted = std::get_if<CredentialWanted>(&event)) {
    seen.credentials_wanted.push_back({Buffer(wanted->user.begin(), wanted->user.end()), wanted->kind, wanted->mode});
    if (answers) answered = answer(event, now);
  } else if (const auto* derivation = std::get_if<DerivationWanted>(&event)) {
    seen.derivations_wanted.push_back(*derivation);
    if (answers) answered = answer(event, now);
  } else if (std::holds_alternative<Established>(event)) {
    ++seen.established;
  } else if (const auto* message = std::get_if<Message>(&event)) {
    seen.fragments.push_back({Buffer(message->bytes.begin(), message->bytes.end()), message->last});
  } else if (const auto* ticket = std::get_if<TicketReceived>(&event)) {
    seen.tickets.emplace_back(ticket->content.begin(), ticket->content.end());
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    EXPECT_FALSE(seen.closed.has_value()) << "a session ends once";
    seen.closed = *closed;
  } else {
    return false;
  }
  return true;
}

std::size_t End::give(Bytes in, Instant now, std::size_t piece) {
  std::size_t taken = 0;
  while (taken < in.size()) {
    const auto took = session_->receive(in.subspan(taken, std::min(piece, in.size() - taken)), now);
    run(now);
    if (!took.ok() || took.value() == 0) break;
    taken += took.value();
  }
  return taken;
}

Buffer End::take(Instant now, std::size_t piece) {
  Buffer out;
  while (!session_->outgoing().empty()) {
    const Bytes part = session_->outgoing().first(std::min(piece, session_->outgoing().size()));
    append(out, part);
    session_->sent(part.size(), now);
    run(now);
  }
  return out;
}

std::size_t End::send(Bytes message, Instant now) {
  std::size_t taken = 0;
  do {
    const auto took = session_->send(message.subspan(taken), true, now);
    if (!took.ok() || (took.value() == 0 && !message.empty())) break;
    taken += took.value();
  } while (taken < message.size());
  return taken;
}

void End::end_of_stream(Instant now) {
  session_->end_of_stream(now);
  run(now);
}

Client::Client(const Enrolled& enrolled, std::uint32_t seed)
    : End(seed),
      settings(enrolled.account.flow.kind == Kind::password ? password_initiator : key_initiator, enrolled.credential),
      enrolled_(enrolled) {
  settings.exchange = remembered(enrolled.account.flow.mode);
  derived_.pake = &blinds_;
  settings.iterations_floor = enrolled.account.iterations;
}

void Client::forget_derived() {
  bare_.user = enrolled_.account.user;
  bare_.kind = enrolled_.account.flow.kind;
  bare_.mode = enrolled_.account.flow.mode;
  settings.credential = &bare_;
}

Status Client::answer(const Event& wish, Instant now) {
  const auto& wanted = std::get<DerivationWanted>(wish);
  PAWL_TRY(derive_from_password(enrolled_.account, wanted.salt, wanted.iterations, derived_));
  return session().provide(derived_, now);
}

Server::Server(std::uint32_t seed) : End(seed), settings(test_decoy()) {
  settings.exchange = &remembered_exchange;
  settings.pake = &remembered_pake;
  settings.password_flow = &password_responder;
  settings.key_flow = &key_responder;
}

Status Server::answer(const Event& wish, Instant now) {
  const auto& wanted = std::get<CredentialWanted>(wish);
  const auto known = std::find_if(users.begin(), users.end(), [&](const Enrolled* user) {
    return std::equal(wanted.user.begin(), wanted.user.end(), user->account.user.begin(), user->account.user.end());
  });
  return known == users.end() ? session().provide_none(now) : session().provide((*known)->enrolment, now);
}

}  // namespace pawl::test
