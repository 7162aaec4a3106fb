// SPDX-License-Identifier: Apache-2.0
/// An honest client and server over datagrams, and a link that does what the fuzzer says.
///
///   1  flow       bit 0: password or raw key; psk_ecdhe if all the others are set, as it is slow, pake if it is 252,
///                 else psk
///   1  settings   bit 0: the client has another key, bit 1: the server always asks for cookies, bit 2: the line has
///                 one peer, bit 3: the server does not know the user, bits 4 and 5: idle time-out
///   .  steps      what happens then, a byte of action and its operands each
#include <algorithm>

#include "tests/fuzz/input.hpp"
#include "tests/support/datagram_pair.hpp"

namespace pawl::test {
namespace {

constexpr int kMostSteps = 64;
constexpr std::uint32_t kSoftLimit = 8;

Account account_of(std::uint8_t choice) {
  const Kind kind = (choice & 1U) == 0 ? Kind::password : Kind::raw_key;
  Account account{{kind, choice >= 0xFE ? Mode::psk_ecdhe : Mode::psk}};
  if (choice == 0xFC) account.flow = kPasswordPake;
  account.iterations = 1;
  return account;
}

constexpr Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

Account stranger(Account account) {
  account.secret[0] ^= 1U;
  return account;
}

class Link {
 public:
  Link(std::uint8_t flow, std::uint8_t settings) : pair_(account_of(flow)), stranger_(stranger(account_of(flow))) {
    constexpr std::array<std::uint16_t, 4> kIdle{0, 3, 60, 65535};
    pair_.client_settings.iterations_floor = 1;
    pair_.client_settings.idle = kIdle.at((settings >> 4U) & 3U);
    pair_.client_settings.soft_record_limit = pair_.server_settings.soft_record_limit = kSoftLimit;
    if ((settings & 1U) != 0) pair_.client_settings.credential = &stranger_.credential;
    if ((settings & 4U) != 0) pair_.link.first().set_address({});
    if ((settings & 8U) != 0) pair_.user_known = false;
    right_key_ = (settings & 9U) == 0;
    // What is sent waits until the fuzzer lets it arrive.
    pair_.tap = [this](Side from, Buffer& datagram) {
      on_the_way_.push_back({from, datagram});
      return false;
    };
    pair_.start();
    if ((settings & 2U) != 0) pair_.server().cookies = DatagramServer::Cookies::always;
    pair_.deliver();
  }

  void step(Input& input) {
    const std::uint8_t action = input.u8();
    const Side side = (action & 0x80U) != 0 ? Side::client : Side::server;
    switch (action & 0x0FU) {
      case 0:  // all of it, in order
        arrive_all();
        break;
      case 1:
        arrive(input.u8(), {}, false);
        break;
      case 2:
        arrive(input.u8(), input.u16(), false);
        break;
      case 3:
        arrive(input.u8(), {}, true);
        break;
      case 4:
        pair_.inject(side, input.chunk(), from_);
        break;
      case 5:
        pair_.pass(milliseconds(input.u16()));
        break;
      case 6:
        pair_.pass(seconds(input.u8()));
        break;
      case 7:
        send(side, input.u8());
        break;
      case 8:
        static_cast<void>(side == Side::client ? pair_.client().rekey(pair_.now())
                                               : for_each_session(&DatagramServerSession::rekey));
        break;
      case 9:
        if (side == Side::client) {
          pair_.client().close(pair_.now());
        } else {
          for (std::size_t i = 0; i < pair_.server().places(); ++i) pair_.server().session(i).close(pair_.now());
        }
        break;
      case 10:
        check();
        pair_.restart_client();
        break;
      case 11:
        from_ = Address(ByteArray<6>{10, 0, 0, input.u8(), 0, 1});
        break;
      case 12:
        on_the_way_.clear();
        break;
      default:
        arrive_all();
        arrive_all();
        break;
    }
    pair_.deliver();
    check();
  }

  /// Nothing more arrives: both ends see to it themselves that they come to an end.
  void finish() {
    pair_.pass(Config::kSessionLifetime);
    pair_.pass(seconds(60));
    require(pair_.client().is_over(), "a client ends by its deadlines");
    for (std::size_t i = 0; i < pair_.server().places(); ++i) {
      require(pair_.server().session(i).vacant(), "a server's session ends by its deadlines");
    }
    check();
  }

 private:
  struct Datagram {
    Side from;
    Buffer bytes;
  };

  Status for_each_session(Status (DatagramServerSession::*call)(Instant)) {
    Status last;
    for (std::size_t i = 0; i < pair_.server().places(); ++i) last = (pair_.server().session(i).*call)(pair_.now());
    return last;
  }

  void arrive_all() {
    const auto going = std::move(on_the_way_);
    on_the_way_.clear();
    for (const Datagram& datagram : going) {
      pair_.inject(other(datagram.from), datagram.bytes, from_);
      pair_.deliver();
    }
  }

  /// The nth datagram arrives, with this bit inverted if there is one, and stays to arrive once more, or goes back to
  /// where it came from.
  void arrive(std::size_t nth, std::optional<std::size_t> bit, bool back) {
    if (on_the_way_.empty()) return;
    Datagram datagram = on_the_way_[nth % on_the_way_.size()];
    if (bit && *bit / 8 < datagram.bytes.size())
      datagram.bytes[*bit / 8] ^= static_cast<std::uint8_t>(1U << (*bit % 8));
    pair_.inject(back ? datagram.from : other(datagram.from), datagram.bytes, from_);
  }

  void send(Side side, std::uint8_t n) {
    const Buffer message = bytes_of("message " + std::to_string(next_++) + std::string(n, '.'));
    if (side == Side::client) {
      if (pair_.client().send(message, pair_.now()).ok()) client_said_.push_back(message);
      return;
    }
    for (std::size_t i = 0; i < pair_.server().places(); ++i) {
      if (pair_.server().session(i).send(message, pair_.now()).ok()) server_said_.push_back(message);
    }
  }

  static void check(const Seen& seen, const std::vector<Buffer>& said) {
    for (std::size_t i = 0; i < seen.fragments.size(); ++i) {
      const Buffer& bytes = seen.fragments[i].bytes;
      require(std::find(said.begin(), said.end(), bytes) != said.end(), "what is delivered was sent");
      for (std::size_t j = 0; j < i; ++j) require(seen.fragments[j].bytes != bytes, "and is delivered once");
    }
  }

  void check() {
    require(pair_.seen.established <= (right_key_ ? 1 : 0), "a session opens once, and only with the right key");
    require(pair_.seen.fragments.empty() || pair_.seen.established == 1, "messages come in an open session");
    check(pair_.seen, server_said_);
    for (const Seen& seen : pair_.server_seen) {
      require(seen.established <= (right_key_ ? 1 : 0), "a server's session opens once, and only with the right key");
      check(seen, client_said_);
    }
    on_the_way_.resize(std::min<std::size_t>(on_the_way_.size(), 64), {Side::client, {}});
  }

  DatagramPair pair_;
  Enrolled stranger_;
  bool right_key_ = true;
  Address from_ = DatagramPair::kClientAddress;
  std::vector<Datagram> on_the_way_;
  std::vector<Buffer> client_said_;
  std::vector<Buffer> server_said_;
  int next_ = 0;
};

int run(Input input) {
  const std::uint8_t flow = input.u8();
  Link link(flow, input.u8());
  for (int i = 0; i < kMostSteps && !input.empty(); ++i) link.step(input);
  link.finish();
  return 0;
}

}  // namespace
}  // namespace pawl::test

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return pawl::test::run(pawl::test::Input(data, size));
}
