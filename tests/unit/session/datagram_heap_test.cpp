// SPDX-License-Identifier: Apache-2.0
// Whole sessions over datagrams without a single call of the heap.
#include <gtest/gtest.h>

#include <pawl/crypto/backend.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/port/sim/seeded_random.hpp>
#include <pawl/session/datagram_client.hpp>
#include <pawl/session/datagram_server.hpp>

#include "tests/support/heap_trap.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_heap_test {
namespace {

constexpr auto kUser = ascii("alice");
constexpr auto kMessage = ascii("21.5 degrees");
constexpr ByteArray<6> kClientAddress{192, 0, 2, 1, 1, 2};

/// A client, a server and their applications. This class and its members call no heap of their own.
class Whole {
 public:
  explicit Whole(Mode mode) {
    good_ = derive_from_raw_key(kUser, RawKey(), mode, exchange_for(mode), credential_).ok() &&
            make_enrolment(credential_, 1, exchange_for(mode), record_).ok() && decoy_.prepare(p256_exchange).ok();
    client_settings_.exchange = exchange_for(mode);
    server_settings_.exchange = &p256_exchange;
    client_settings_.max_rx = server_settings_.max_rx = 200;
    client_settings_.soft_record_limit = 8;
    server_settings_.key_flow = &key_responder;
    server_.cookies = DatagramServer::Cookies::always;
  }

  /// Retry, handshake, messages both ways, epochs, close. False at the first thing that goes wrong.
  bool run() {
    good_ = good_ && server_.start(now_).ok() && client_.start(now_).ok();
    deliver();
    for (int i = 0; good_ && i < 40; ++i) {
      good_ = client_.send(kMessage, now_).ok();
      deliver();
      good_ = good_ && session_.send(kMessage, now_).ok();
      now_ = now_ + milliseconds(200);
      deliver();
    }
    client_.close(now_);
    deliver();
    return good_ && messages_ == 80 && established_ == 2 && closed_ == 2;
  }

 private:
  void deliver() {
    for (bool moved = true; moved;) {
      const bool client_due = client_.deadline() && *client_.deadline() <= now_;
      const bool session_due = session_.deadline() && *session_.deadline() <= now_;
      if (client_due) client_.advance(now_);
      if (session_due) server_.advance(0, now_);
      const bool seen = look(client_.next_event());
      moved = look(session_.next_event()) || seen || client_due || session_due;
      moved = to_server() || moved;
      moved = to_client(session_.outgoing()) || moved;
      if (!session_.outgoing().empty()) session_.sent(now_);
    }
  }
  bool to_server() {
    const Bytes datagram = client_.outgoing();
    if (datagram.empty()) return false;
    copy(datagram, buffer_);
    const std::size_t size = datagram.size();
    client_.sent(now_);
    server_.receive(MutBytes(buffer_).first(size), Address(kClientAddress), now_);
    to_client(server_.reply());
    server_.replied();
    return true;
  }
  bool to_client(Bytes datagram) {
    if (datagram.empty()) return false;
    copy(datagram, buffer_);
    good_ = good_ && client_.receive(MutBytes(buffer_).first(datagram.size()), now_).ok();
    look(client_.next_event());
    return true;
  }
  bool look(const Event& event) {
    if (std::holds_alternative<CredentialWanted>(event)) good_ = good_ && server_.provide(0, &record_, now_).ok();
    if (std::holds_alternative<Established>(event)) ++established_;
    if (std::holds_alternative<Message>(event)) ++messages_;
    if (std::holds_alternative<Closed>(event)) ++closed_;
    return is_event(event);
  }

  ClientCredential credential_;
  Enrolment record_;
  Decoy decoy_{EnumerationKey{ByteArray<32>{1}}, 1};
  ClientSettings client_settings_{key_initiator, credential_};
  ServerSettings server_settings_{decoy_};
  SeededRandom random_{1};
  Instant now_{1000};
  StaticDatagramClient<> client_{client_settings_, random_};
  StaticDatagramServerSession<> session_{server_settings_, random_};
  DatagramServerSession* places_[1]{&session_};
  DatagramServer server_{server_settings_, random_, places_, 1};
  ByteArray<512> buffer_{};
  int established_ = 0;
  int messages_ = 0;
  int closed_ = 0;
  bool good_ = false;
};

class DatagramsWithoutHeap : public testing::TestWithParam<Mode> {};

TEST_P(DatagramsWithoutHeap, WholeSession) {
  if (crypto_backend().allocates) GTEST_SKIP() << "the crypto library takes memory for keys and points";
  bool good = false;
  unsigned calls = 0;
  {
    const HeapTrap trap;
    Whole whole(GetParam());
    good = whole.run();
    calls = HeapTrap::calls();
  }
  EXPECT_TRUE(good);
  EXPECT_EQ(calls, 0U);
}

INSTANTIATE_TEST_SUITE_P(All, DatagramsWithoutHeap, testing::Values(Mode::psk, Mode::psk_ecdhe));

}  // namespace
}  // namespace pawl::test::datagram_heap_test
