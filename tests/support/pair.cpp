// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pair.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace pawl::test {

bool exists(State state, Side side, const Flow& flow) {
  switch (state) {
    case State::wait_ch:
    case State::wait_cf:
      return side == Side::server;
    case State::wait_sh:
      return side == Side::client;
    case State::wait_sf:
      return side == Side::client && flow.kind == Kind::password;
    case State::open:
    case State::closing:
      return true;
  }
  return false;
}

Pair::Pair(Account account) : enrolled(std::move(account)), client(enrolled) { server.users.push_back(&enrolled); }

End& Pair::end(Side side) {
  if (side == Side::client) return client;
  return server;
}

void Pair::start() {
  EXPECT_TRUE(server.start(now).ok());
  EXPECT_TRUE(client.start(now).ok());
}

void Pair::collect(Side from) {
  End& sender = end(from);
  sender.run(now);
  Buffer bytes = sender.take(now, piece);
  if (bytes.empty()) return;
  if (tap) tap(from, bytes);
  append(side_of(from).sent, bytes);
  append(side_of(from).on_the_way, bytes);
}

bool Pair::deliver(Side from) {
  End& receiver = end(other(from));
  Direction& way = side_of(from);
  if (!receiver.reads) return false;
  collect(from);
  const std::size_t taken = receiver.give(way.on_the_way, now, piece);
  way.on_the_way.erase(way.on_the_way.begin(), way.on_the_way.begin() + static_cast<std::ptrdiff_t>(taken));
  receiver.run(now);
  if (!end(from).over() || !way.on_the_way.empty() || way.ended) return taken > 0;
  way.ended = true;
  receiver.end_of_stream(now);
  return true;
}

void Pair::deliver() {
  bool moved = true;
  while (moved) {
    moved = deliver(Side::client);
    moved = deliver(Side::server) || moved;
  }
}

void Pair::pass(Duration duration) {
  const Instant until = now + duration;
  deliver();
  while (now < until) {
    Instant next = until;
    for (const Side side : {Side::client, Side::server}) {
      const auto due = end(side).session().deadline();
      if (due && *due > now) next = std::min(next, *due);
    }
    now = next;
    deliver();
  }
}

void Pair::reach(Side side, State state) {
  ASSERT_TRUE(exists(state, side, enrolled.account.flow));
  start();
  collect(Side::client);
  if (state == State::wait_ch) return;
  deliver(Side::client);
  collect(Side::server);
  if (state == State::wait_sh) return;
  deliver(Side::server);
  collect(Side::client);
  if (state == State::wait_cf) return;
  deliver(Side::client);
  collect(Side::server);
  if (state == State::wait_sf) return;
  deliver();
  ASSERT_EQ(client.seen.established, 1);
  ASSERT_EQ(server.seen.established, 1);
  if (state == State::open) return;
  end(side).session().close(now);
  deliver(side);
  collect(other(side));
}

}  // namespace pawl::test
