// SPDX-License-Identifier: Apache-2.0
/// A client and a server over datagrams in virtual time, joined by a link that may lose, repeat, reorder and alter
/// them.
#pragma once

#include <deque>
#include <functional>
#include <pawl/port/sim/lossy_link.hpp>
#include <pawl/port/sim/manual_clock.hpp>
#include <pawl/session/datagram_client.hpp>
#include <pawl/session/datagram_server.hpp>

#include "tests/support/end.hpp"

namespace pawl::test {

/// A session's buffers.
struct DatagramBuffers {
  explicit DatagramBuffers(std::size_t window) : words(replay_words(window)) {}
  ByteArray<1280> tx{};
  std::vector<std::uint32_t> words;
};

/// Alter the public settings, then start(). The client comes from an IPv4 address; the empty one makes the link a line.
class DatagramPair {
 public:
  explicit DatagramPair(Account account, const LinkFaults& faults = {}, std::uint64_t seed = 1, std::size_t places = 4);
  explicit DatagramPair(const Flow& flow, const LinkFaults& faults = {}, std::uint64_t seed = 1)
      : DatagramPair(Account{flow}, faults, seed) {}
  DatagramPair(const DatagramPair&) = delete;
  DatagramPair& operator=(const DatagramPair&) = delete;
  ~DatagramPair() = default;

  Enrolled enrolled;
  ManualClock clock;
  LossyLink link;
  /// What the ends send and receive through: the ends of the link, unless others are put here.
  DatagramTransport* client_line = &link.first();
  DatagramTransport* server_line = &link.second();
  ClientSettings client_settings;
  ServerSettings server_settings;
  /// Others, if the ends are to use those.
  const ClientSettings* client_uses = &client_settings;
  const ServerSettings* server_uses = &server_settings;
  /// Where the ends draw from; by default seeded sources of their own.
  Random* client_random = &own_client_random_;
  Random* server_random = &own_server_random_;
  /// Whether the server knows the user.
  bool user_known = true;
  /// If set, answers CredentialWanted in the place of `user_known`.
  std::function<void(std::size_t place, const CredentialWanted& wanted)> answer;
  /// If set, sees and may alter what `from` sends; false loses it.
  std::function<bool(Side from, Buffer& datagram)> tap;
  /// How many rounds without a datagram show that nothing is on its way: more than one on a line of bytes, where a
  /// packet comes in pieces.
  int quiet_rounds = 1;
  /// If set, hears whose turn it is before each does anything.
  std::function<void(Side side)> at_work;
  /// If set, is called between any two things that happen at one moment.
  std::function<void()> meanwhile;

  /// What the client has seen since it was started, and what each place of the server has seen of its last peer.
  Seen seen;
  std::vector<Seen> server_seen;
  /// All datagrams that a side has sent.
  std::vector<Buffer> sent_by_client;
  std::vector<Buffer> sent_by_server;

  /// Starts both ends, and delivers nothing.
  void start();
  /// Another client, as after a restart; the one before is gone without a word.
  void restart_client();
  /// The same of the server.
  void restart_server();
  [[nodiscard]] Instant now() { return clock.now(); }
  [[nodiscard]] DatagramClient& client() { return *client_; }
  [[nodiscard]] DatagramServer& server() { return *server_; }
  /// The place of an open session of the server; fails the test and returns 0 if there is none.
  [[nodiscard]] std::size_t open_place();
  [[nodiscard]] DatagramServerSession& session() { return server_->session(open_place()); }

  /// Lets both ends do and say what is due now, and delivers what arrives now, until nothing moves.
  void deliver();
  /// Lets time pass, stopping at each deadline and arrival on the way.
  void pass(Duration duration);
  /// Starts, and lets time pass until both are open, at most this long; whether they are.
  bool open(Duration within = seconds(1));

  /// Gives a datagram to an end as if it had come from there now.
  void inject(Side to, Bytes datagram, const Address& from = kClientAddress);

  static constexpr ByteArray<6> kClientPlace{192, 0, 2, 1, 0x30, 0x39};
  static constexpr Address kClientAddress{Bytes(kClientPlace)};

 private:
  void turn(Side side) {
    if (at_work) at_work(side);
  }
  bool run_client();
  bool run_server();
  bool hear();
  bool run_place(std::size_t place);
  bool look(Event event, Seen& seen, std::size_t place);
  void client_takes(MutBytes datagram);
  void server_takes(MutBytes datagram, const Address& from);
  bool send(Side from, Bytes datagram, const Address& to);
  [[nodiscard]] std::optional<Instant> next_moment();

  SeededRandom own_client_random_;
  SeededRandom own_server_random_;
  DatagramBuffers client_buffers_{128};
  std::deque<DatagramBuffers> server_buffers_;
  std::optional<DatagramClient> client_;
  std::deque<DatagramServerSession> sessions_;
  std::vector<DatagramServerSession*> places_;
  std::optional<DatagramServer> server_;
  std::size_t place_count_;
  std::deque<Buffer> injected_;
};

}  // namespace pawl::test
