// SPDX-License-Identifier: Apache-2.0
#include "tests/support/datagram_pair.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/remembered_exchange.hpp"

namespace pawl::test {
namespace {

/// No end has this much to do at one moment.
constexpr int kMostDatagramSteps = 10'000;
constexpr std::uint32_t kVectorIterations = 1000;

const InitiatorFlow& flow_of(const Account& account) {
  return account.flow.kind == Kind::password ? password_initiator : key_initiator;
}

std::optional<Instant> sooner(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

DatagramPair::DatagramPair(Account account, const LinkFaults& faults, std::uint64_t seed, std::size_t places)
    : enrolled(std::move(account)),
      link(faults, seed, clock),
      client_settings(flow_of(enrolled.account), enrolled.credential),
      server_settings(test_decoy()),
      own_client_random_(2 * seed),
      own_server_random_(2 * seed + 1),
      place_count_(places) {
  client_settings.exchange = remembered(enrolled.account.flow.mode);
  server_settings.exchange = &remembered_exchange;
  server_settings.pake = &remembered_pake;
  client_settings.iterations_floor = kVectorIterations;
  client_settings.max_rx = server_settings.max_rx = 1024;
  server_settings.password_flow = &password_responder;
  server_settings.key_flow = &key_responder;
  link.first().set_address(kClientAddress);
}

void DatagramPair::start() {
  restart_server();
  restart_client();
}

void DatagramPair::restart_server() {
  server_.reset();
  places_.clear();
  sessions_.clear();
  server_buffers_.clear();
  for (std::size_t i = 0; i < place_count_; ++i) {
    DatagramBuffers& buffers = server_buffers_.emplace_back(1024);
    places_.push_back(&sessions_.emplace_back(*server_uses, *server_random, buffers.tx, buffers.words));
  }
  server_seen.assign(place_count_, {});
  server_.emplace(*server_uses, *server_random, places_, place_count_);
  EXPECT_TRUE(server_->start(now()).ok());
}

void DatagramPair::restart_client() {
  seen = {};
  client_.emplace(*client_uses, *client_random, client_buffers_.tx, client_buffers_.words);
  EXPECT_TRUE(client_->start(now()).ok());
}

std::size_t DatagramPair::open_place() {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i]->is_open()) return i;
  }
  ADD_FAILURE() << "the server has no open session";
  return 0;
}

// What the applications do.

bool DatagramPair::look(Event event, Seen& seen_by, std::size_t place) {
  if (const auto* wanted = std::get_if<CredentialWanted>(&event)) {
    seen_by = {};
    seen_by.credentials_wanted.push_back(
        {Buffer(wanted->user.begin(), wanted->user.end()), wanted->kind, wanted->mode});
    if (answer) {
      answer(place, *wanted);
      return true;
    }
    const bool known = user_known && seen_by.credentials_wanted.back().user == enrolled.account.user;
    // A failure ends the session, and comes as Closed.
    static_cast<void>(server_->provide(place, known ? &enrolled.enrolment : nullptr, now()));
  } else if (const auto* derivation = std::get_if<DerivationWanted>(&event)) {
    seen_by.derivations_wanted.push_back(*derivation);
  } else if (std::holds_alternative<Established>(event)) {
    ++seen_by.established;
  } else if (const auto* message = std::get_if<Message>(&event)) {
    seen_by.fragments.push_back({Buffer(message->bytes.begin(), message->bytes.end()), message->last});
  } else if (const auto* ticket = std::get_if<TicketReceived>(&event)) {
    seen_by.tickets.emplace_back(ticket->content.begin(), ticket->content.end());
  } else if (const auto* closed = std::get_if<Closed>(&event)) {
    EXPECT_FALSE(seen_by.closed.has_value()) << "a session ends once";
    seen_by.closed = *closed;
  } else {
    return false;
  }
  return true;
}

bool DatagramPair::run_client() {
  turn(Side::client);
  bool moved = false;
  for (int step = 0; step < kMostDatagramSteps; ++step) {
    if (!client_->outgoing().empty()) {
      if (!send(Side::client, client_->outgoing(), {})) return moved;
      client_->sent(now());
    } else if (!look(client_->next_event(), seen, 0)) {
      const auto due = client_->deadline();
      if (!due || *due > now()) return moved;
      client_->advance(now());
    }
    moved = true;
  }
  ADD_FAILURE() << "the client is never done with what is due";
  return false;
}

bool DatagramPair::run_place(std::size_t place) {
  turn(Side::server);
  DatagramServerSession& session = *places_[place];
  bool moved = false;
  for (int step = 0; step < kMostDatagramSteps; ++step) {
    if (!session.outgoing().empty()) {
      if (!send(Side::server, session.outgoing(), session.peer())) return moved;
      session.sent(now());
    } else if (!look(session.next_event(), server_seen[place], place)) {
      const auto due = session.deadline();
      if (!due || *due > now()) return moved;
      server_->advance(place, now());
    }
    moved = true;
  }
  ADD_FAILURE() << "the server is never done with what is due";
  return false;
}

bool DatagramPair::run_server() {
  bool moved = false;
  for (std::size_t i = 0; i < places_.size(); ++i) moved = run_place(i) || moved;
  return moved;
}

// The way between them.

/// False if there is no room on the way.
bool DatagramPair::send(Side from, Bytes datagram, const Address& to) {
  DatagramTransport& line = from == Side::client ? *client_line : *server_line;
  if (line.sending()) return false;
  Buffer copied(datagram.begin(), datagram.end());
  (from == Side::client ? sent_by_client : sent_by_server).push_back(copied);
  if (tap && !tap(from, copied)) return true;
  EXPECT_TRUE(line.send(copied, to).ok());
  return true;
}

void DatagramPair::client_takes(MutBytes datagram) {
  turn(Side::client);
  EXPECT_TRUE(client_->receive(datagram, now()).ok());
}

void DatagramPair::server_takes(MutBytes datagram, const Address& from) {
  turn(Side::server);
  server_->receive(datagram, from, now());
  if (server_->reply().empty()) return;
  static_cast<void>(send(Side::server, server_->reply(), from));
  server_->replied();
}

void DatagramPair::inject(Side to, Bytes datagram, const Address& from) {
  // A message is a view of its datagram.
  Buffer& copied = injected_.emplace_back(datagram.begin(), datagram.end());
  if (to == Side::client) {
    client_takes(copied);
  } else {
    server_takes(copied, from);
  }
}

/// Takes a datagram from each line; false if there is none and nothing is half sent.
bool DatagramPair::hear() {
  ByteArray<2048> buffer{};
  const bool sending = client_line->sending() || server_line->sending();
  const std::size_t for_client = client_->takes_input() ? client_line->receive(buffer).value().size : 0;
  if (for_client > 0) client_takes(MutBytes(buffer).first(for_client));
  run_client();  // a message is a view of its datagram
  const auto for_server = server_line->receive(buffer);
  if (for_server.value().size > 0)
    server_takes(MutBytes(buffer).first(for_server.value().size), for_server.value().from);
  run_server();
  return for_client > 0 || for_server.value().size > 0 || sending;
}

void DatagramPair::deliver() {
  for (int quiet = 0; quiet < quiet_rounds;) {
    if (meanwhile) meanwhile();
    bool moved = run_client();
    moved = run_server() || moved;
    moved = hear() || moved;
    quiet = moved ? 0 : quiet + 1;
  }
}

std::optional<Instant> DatagramPair::next_moment() {
  auto next = sooner(client_->deadline(), sooner(link.first().next_arrival(), link.second().next_arrival()));
  for (const auto* place : places_) next = sooner(next, place->deadline());
  return next;
}

void DatagramPair::pass(Duration duration) {
  const Instant end = now() + duration;
  for (;;) {
    deliver();
    const auto next = next_moment();
    if (!next || *next > end) break;
    clock.advance(*next - now());
  }
  clock.advance(end - now());
  deliver();
}

bool DatagramPair::open(Duration within) {
  start();
  const auto both_open = [&] {
    return client_->is_open() &&
           std::any_of(places_.begin(), places_.end(), [](auto* each) { return each->is_open(); });
  };
  const Instant end = now() + within;
  deliver();
  while (!both_open() && now() < end) {
    const auto next = next_moment();
    if (!next || *next > end) break;
    clock.advance(*next - now());
    deliver();
  }
  return both_open();
}

}  // namespace pawl::test
