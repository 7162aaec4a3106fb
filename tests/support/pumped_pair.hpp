// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <pawl/port/datagram_pump.hpp>
#include <pawl/port/datagram_server_pump.hpp>
#include <vector>

#include "tests/support/datagram_pair.hpp"

namespace pawl::test {

/// A client and an echoing server, each behind its pump.
class PumpedPair {
 public:
  static constexpr std::size_t kDatagram = 512;

  PumpedPair(const Flow& flow, ManualClock& clock_of_both, DatagramTransport& to_server, DatagramTransport& to_client);
  PumpedPair(const PumpedPair&) = delete;
  PumpedPair& operator=(const PumpedPair&) = delete;
  ~PumpedPair() = default;

  /// Another client, as after a restart.
  void start_client();

  /// Runs both ends at this moment, until nothing moves.
  void settle();
  /// Lets time pass in small steps until `done`, at most `limit`.
  template <class Done>
  bool pass_until(Done done, Duration limit) {
    const Instant end = clock.now() + limit;
    settle();
    while (!done() && clock.now() < end) {
      clock.advance(milliseconds(5));
      settle();
    }
    return done();
  }
  bool open() {
    return pass_until([&] { return client->is_open() && server_established > 0; }, seconds(31));
  }
  /// Sends a message again and again until its echo has come.
  bool exchange(Bytes message);

  ManualClock& clock;
  DatagramTransport& client_transport;
  std::optional<DatagramClient> client;
  std::optional<DatagramPump> client_pump;
  std::optional<DatagramServerPump> server_pump;
  std::optional<Closed> client_closed;
  std::vector<Buffer> echoes;
  int server_established = 0;
  std::vector<Closed> server_closed;
  /// How often a pump gave no event and yet asked to be run at once.
  int hurries = 0;

  [[nodiscard]] DatagramServer& server() { return *server_; }

 private:
  static constexpr std::size_t kPlaces = 3;

  bool run_client();
  bool run_server();
  bool due(std::optional<Instant> deadline);

  Enrolled enrolled_;
  ClientSettings client_settings_;
  ServerSettings server_settings_;
  SeededRandom client_random_{1};
  SeededRandom server_random_{2};
  ByteArray<kDatagram> client_tx_{};
  ByteArray<kDatagram> client_buffer_{};
  ByteArray<kDatagram> server_buffer_{};
  ByteArray<kDatagram> early_buffer_{};
  std::vector<std::uint32_t> client_words_ = std::vector<std::uint32_t>(replay_words(128));
  std::deque<DatagramBuffers> buffers_;
  std::deque<DatagramServerSession> sessions_;
  std::vector<DatagramServerSession*> places_;
  std::optional<DatagramServer> server_;
};

}  // namespace pawl::test
