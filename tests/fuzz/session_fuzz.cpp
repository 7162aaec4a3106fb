// SPDX-License-Identifier: Apache-2.0
/// Two honest sessions and a line that does what the fuzzer says, from each state of PROTOCOL.md 15 on.
///
///   1  side       which end the state is counted from
///   1  flow       bit 0: password or raw key, bit 1: psk or psk_ecdhe, bit 2: a password in mode pake after all
///   1  state      where to begin: `State`, or 6: open with a change of keys on the way
///   1  settings   bit 0: the client has another key, bit 1: small buffers, bit 2: keys change after two records,
///                 bits 3 and 4: idle time-out, bit 5: the client has to derive its password, bit 6: the server does
///                 not know the user
///   .  steps      what happens then, a byte of action and its operands each
#include <algorithm>
#include <set>
#include <utility>

#include "tests/fuzz/input.hpp"
#include "tests/support/replay.hpp"

namespace pawl::test {
namespace {

constexpr std::size_t kStates = 6;
constexpr int kMostSteps = 64;

Account account_of(const Flow& flow) {
  Account account{flow};
  account.iterations = 1;
  return account;
}

Flow flow_of(std::uint8_t choice) {
  if ((choice & 5U) == 4) return kPasswordPake;
  return {(choice & 1U) == 0 ? Kind::password : Kind::raw_key, (choice & 2U) == 0 ? Mode::psk : Mode::psk_ecdhe};
}

class Line {
 public:
  Line(const Flow& flow, std::uint8_t settings) : pair_(account_of(flow)), other_(stranger(flow)) {
    if ((settings & 1U) != 0) pair_.server.users = {&other_};
    if ((settings & 0x40U) != 0) pair_.server.users.clear();
    right_key_ = (settings & 0x41U) == 0;
    // What a forged hello asks for has to be quick as well.
    pair_.client.settings.iterations_ceiling = 2;
    if ((settings & 0x20U) != 0 && flow.kind == Kind::password) pair_.client.forget_derived();
    for (const Side side : kSides) {
      if ((settings & 2U) != 0) pair_.end(side).rx_size = pair_.end(side).tx_size = kMinBuffer;
    }
    constexpr std::array<std::uint16_t, 4> kIdle{0, 3, 60, 65535};
    pair_.client.settings.idle = kIdle.at((settings >> 3U) & 3U);
    if ((settings & 4U) != 0) pair_.client.settings.soft_record_limit = pair_.server.settings.soft_record_limit = 2;
  }

  /// False if there is no such beginning.
  bool begin(Side side, std::size_t state) {
    const bool rekeying = state == kStates;
    const State from = rekeying ? State::open : static_cast<State>(state);
    const bool opens = from == State::open || from == State::closing;
    if (!exists(from, side, pair_.enrolled.account.flow) || (opens && !right_key_)) return false;
    pair_.reach(side, from);
    if (rekeying) {
      send(side, 1, true);
      require(end(side).session().rekey(pair_.now).ok(), "an open session changes its keys");
      pair_.collect(side);
    }
    check();
    return true;
  }

  void step(Input& input) {
    const std::uint8_t action = input.u8();
    const Side side = (action & 0x80U) != 0 ? Side::client : Side::server;
    Buffer& incoming = pair_.on_the_way(side);
    switch (action & 0x0FU) {
      case 0:
        pair_.deliver(Pair::other(side));
        break;
      case 1:
        deliver(side, input.u16());
        break;
      case 2: {
        const Bytes bytes = input.chunk();
        incoming.insert(incoming.begin(), bytes.begin(), bytes.end());
        break;
      }
      case 3: {
        const std::size_t bit = input.u16();
        if (bit / 8 < incoming.size()) incoming[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        break;
      }
      case 4:
        incoming.resize(std::min<std::size_t>(incoming.size(), input.u16()));
        break;
      case 5:
        repeat(side, input.u16(), input.u16());
        break;
      case 6:
        send(side, input.u16(), input.below(2) == 0);
        break;
      case 7:
        pass(input.u16());
        break;
      case 8:
        end(side).end_of_stream(pair_.now);
        break;
      case 9:
        static_cast<void>(end(side).session().rekey(pair_.now));
        break;
      case 10:
        end(side).session().close(pair_.now, close_reason(input.u8()));
        break;
      case 11:
        pair_.collect(side);
        break;
      case 12:
        // Somebody who listens tries what one end has said on that end itself.
        append(incoming, pair_.sent(side));
        break;
      case 13:
        change_buffers(side);
        break;
      default:
        pair_.deliver();
        break;
    }
    end(side).run(pair_.now);
    check();
  }

  /// Nothing more arrives: both ends see to it themselves that they come to an end.
  void finish() {
    constexpr int kMostDeadlines = 100;
    for (const Side side : kSides) {
      Instant now = pair_.now;
      for (int i = 0; i < kMostDeadlines && !end(side).over(); ++i) {
        now = std::max(now, *end(side).session().deadline());
        end(side).run(now);
      }
      require(end(side).over(), "a session ends by its deadlines");
    }
    check();
    for (const Side side : kSides) require(end(side).seen.closed.has_value(), "a session that is over says so");
  }

 private:
  static constexpr std::array kSides{Side::client, Side::server};

  static Account stranger(const Flow& flow) {
    Account account = account_of(flow);
    account.secret[0] ^= 1U;
    return account;
  }

  struct Said {
    Seen::Fragment fragment;
    /// In which it was sealed.
    std::size_t epoch;
  };

  End& end(Side side) { return pair_.end(side); }
  std::vector<Said>& said(Side side) { return side == Side::client ? client_said_ : server_said_; }

  /// That of the last record that `side` has made.
  std::size_t epoch(Side side) {
    Buffer all = pair_.sent(side);
    append(all, end(side).session().outgoing());
    std::size_t changes = 0;
    for (Buffer& unit : units_of(all)) {
      if (unit[0] == kFrameMarker) continue;
      const auto header = parse_record_header(MutBytes(unit).first<kRecordHeaderSize>(), kMaxMaxRx);
      if (header.value().odd_epoch != (changes % 2 == 1)) ++changes;
    }
    return changes;
  }

  void deliver(Side side, std::size_t n) {
    Buffer& incoming = pair_.on_the_way(side);
    const std::size_t taken = end(side).give(Bytes(incoming).first(std::min(n, incoming.size())), pair_.now);
    incoming.erase(incoming.begin(), incoming.begin() + static_cast<std::ptrdiff_t>(taken));
  }

  /// Puts bytes that went to `side` before on the way once more.
  void repeat(Side side, std::size_t from, std::size_t n) {
    const Bytes earlier = pair_.sent(Pair::other(side));
    from = std::min(from, earlier.size());
    append(pair_.on_the_way(side), earlier.subspan(from, std::min(n, earlier.size() - from)));
  }

  /// An idle session lends its buffers, and goes on with others.
  void change_buffers(Side side) {
    Session& session = end(side).session();
    if (!session.detach()) return;
    auto& [rx, tx] = side == Side::client ? client_buffers_ : server_buffers_;
    rx.resize(end(side).rx_size);
    tx.resize(end(side).tx_size);
    require(session.attach(rx, tx).ok(), "buffers of the same size will do");
  }

  /// One call of send(), and so at most one record.
  void send(Side side, std::size_t n, bool last) {
    const Buffer message = pattern(n % 1024);
    const auto taken = end(side).session().send(message, last, pair_.now);
    if (!taken.ok() || (taken.value() == 0 && !(last && message.empty()))) return;
    const Bytes part = Bytes(message).first(taken.value());
    said(side).push_back({{Buffer(part.begin(), part.end()), last && part.size() == message.size()}, epoch(side)});
  }

  /// A time in seconds if the first bit is set, else in milliseconds.
  void pass(std::uint16_t time) {
    const Duration duration = (time & 0x8000U) != 0 ? seconds(time & 0x7FFFU) : milliseconds(time);
    pair_.now = pair_.now + duration;
    for (const Side side : kSides) end(side).run(pair_.now);
  }

  void check() {
    for (const Side side : kSides) check(side);
    if (!pair_.client.session().is_open() || !pair_.server.session().is_open()) return;
    ByteArray<8> at_client{};
    ByteArray<8> at_server{};
    require(pair_.client.session().exporter({}, {}, at_client).ok() &&
                pair_.server.session().exporter({}, {}, at_server).ok() && at_client == at_server,
            "two open ends have the same keys");
  }

  void check(Side side) {
    const Seen& seen = end(side).seen;
    require(seen.established <= (right_key_ ? 1 : 0), "a session opens once, and only with the right key");
    require(seen.fragments.empty() || seen.established == 1, "messages come in an open session");
    require(end(side).session().outgoing().size() <= end(side).tx_size, "what is to be sent is in the buffer");
    require(seen.closed.has_value() == end(side).over(), "a session that is over says so, and no other");
    require(is_said(seen.fragments, said(Pair::other(side))),
            "an application receives what the other has sent, in order");
    require(!seen.closed || seen.closed->error != Error::protocol, "an honest peer does not break the protocol");
  }

  /// Whether `seen` is what was `said`, in order. The end of an epoch may be missing (PROTOCOL.md 10).
  static bool is_said(const std::vector<Seen::Fragment>& seen, const std::vector<Said>& said) {
    // Where the next one may be.
    std::set<std::size_t> places{0};
    for (const Seen::Fragment& each : seen) {
      std::set<std::size_t> after;
      for (std::size_t i = *places.begin(); i < said.size(); ++i) {
        const bool begins_epoch = i > 0 && said[i].epoch != said[i - 1].epoch;
        const Seen::Fragment& one = said[i].fragment;
        if ((places.contains(i) || begins_epoch) && one.bytes == each.bytes && one.last == each.last)
          after.insert(i + 1);
      }
      if (after.empty()) return false;
      places = std::move(after);
    }
    return true;
  }

  struct Buffers {
    Buffer rx;
    Buffer tx;
  };
  /// Before the pair, as they must outlive its sessions.
  Buffers client_buffers_;
  Buffers server_buffers_;
  Pair pair_;
  Enrolled other_;
  bool right_key_ = true;
  std::vector<Said> client_said_;
  std::vector<Said> server_said_;
};

int run(Input input) {
  const Side side = input.below(2) == 0 ? Side::client : Side::server;
  const Flow flow = flow_of(input.u8());
  const std::size_t state = input.below(kStates + 1);
  Line line(flow, input.u8());
  if (!line.begin(side, state)) return -1;
  for (int i = 0; i < kMostSteps && !input.empty(); ++i) line.step(input);
  line.finish();
  return 0;
}

}  // namespace
}  // namespace pawl::test

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return pawl::test::run(pawl::test::Input(data, size));
}
