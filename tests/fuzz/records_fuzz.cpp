// SPDX-License-Identifier: Apache-2.0
/// An open session whose authenticated peer seals whatever the fuzzer says: types, contents and padding that no honest
/// peer would send, at any moment.
///
///   1  bit 0: side of the session, bit 1: small buffers
///   .  steps, a byte of action and its operands each
#include <algorithm>

#include "tests/fuzz/input.hpp"
#include "tests/support/puppet.hpp"

namespace pawl::test {
namespace {

constexpr int kMostSteps = 64;

/// The table of PROTOCOL.md 9, in words of its own: nothing if this inner text breaks the protocol.
std::optional<Record> meaning(Side receiver, Bytes inner) {
  const auto last = std::find_if(inner.rbegin(), inner.rend(), [](std::uint8_t byte) { return byte != 0; });
  if (last == inner.rend()) return std::nullopt;
  struct Lengths {
    std::size_t least;
    std::size_t most;
  };
  constexpr std::array<Lengths, 6> kLengths{{{0, 8191}, {1, 8191}, {8, 8}, {8, 8}, {1, 1}, {6, 260}}};
  const Bytes content = inner.first(static_cast<std::size_t>(inner.rend() - last) - 1);
  if (*last > kLengths.size()) return std::nullopt;
  const Lengths& lengths = kLengths.at(*last - 1U);
  if (content.size() < lengths.least || content.size() > lengths.most) return std::nullopt;
  const auto type = static_cast<RecordType>(*last);
  if (type == RecordType::ticket && receiver == Side::server) return std::nullopt;
  return Record{type, Buffer(content.begin(), content.end())};
}

class Peer {
 public:
  explicit Peer(std::uint8_t choice) : side_((choice & 1U) == 0 ? Side::client : Side::server), rig_(side_) {
    if ((choice & 2U) != 0) rig_.end().rx_size = rig_.end().tx_size = kMinBuffer;
    rig_.open();
  }

  void step(Input& input) {
    constexpr std::size_t kActions = 7;
    switch (input.below(kActions)) {
      case 0: {
        const std::uint8_t type = input.u8();
        const std::size_t padding = input.u8();
        hear(type, input.chunk(), padding);
        break;
      }
      case 1:
        rekey();
        break;
      case 2:
        rig_.now = rig_.now + milliseconds(std::uint64_t{input.u16()} * 16);
        rig_.end().run(rig_.now);
        listen();
        break;
      case 3:
        rig_.end().send(pattern(input.u16() % 1024), rig_.now);
        break;
      case 4:
        closes_ = closes_ || !rig_.end().over();
        rig_.session().close(rig_.now);
        break;
      case 5:
        static_cast<void>(rig_.session().rekey(rig_.now));
        break;
      case 6:
        listen();
        break;
    }
    require(rig_.session().outgoing().size() <= rig_.end().tx_size, "what is to be sent is in the buffer");
  }

  void finish() {
    rig_.pass(seconds(2 * 24 * 3600));
    require(rig_.end().over() && rig_.end().seen.closed.has_value(), "a session comes to an end and says so");
  }

 private:
  void rekey() {
    // As every sender, the puppet leaves no epoch in which it has sent nothing.
    if (!fresh_epoch_) rig_.puppet().rekey();
    fresh_epoch_ = true;
  }

  /// Everything that the session says opens, in order: the puppet sees to it.
  void listen() {
    for (const Record& record : rig_.said()) {
      if (record.type != RecordType::close) continue;
      require(!their_close_, "a session closes once");
      their_close_ = record.content[0];
      closes_ = true;
    }
  }

  void hear(std::uint8_t type, Bytes content, std::size_t padding) {
    Buffer inner(content.begin(), content.end());
    inner.push_back(type);
    inner.resize(inner.size() + padding);
    const auto means = meaning(side_, inner);

    const Seen& seen = rig_.end().seen;
    const std::size_t fragments = seen.fragments.size();
    listen();
    const bool was_over = rig_.end().over();
    const bool was_closing = closes_;
    const Buffer record = rig_.puppet().seal(static_cast<RecordType>(type), content, padding);
    fresh_epoch_ = false;
    rig_.hear(record);
    if (record.size() > rig_.end().rx_size) {
      require(rig_.end().over(), "a record that is longer than announced ends the session");
      require(was_over || seen.closed->error == Error::tampered, "a record that is longer than announced is no record");
      return;
    }
    listen();
    const bool is_data = means && (means->type == RecordType::data || means->type == RecordType::data_more);
    if (was_over || was_closing) {
      require(seen.fragments.size() == fragments, "after a close nothing is received");
    } else if (!means) {
      require(their_close_ == static_cast<std::uint8_t>(CloseReason::protocol), "a broken record closes with reason 2");
      broken_ = true;
    } else if (means->type == RecordType::close) {
      require(rig_.end().over() && their_close_ == 0, "a close is answered");
    } else {
      require(!rig_.end().over() && !their_close_, "a good record does no harm");
    }
    if (is_data && !was_over && !was_closing) {
      require(seen.fragments.size() == fragments + 1 && seen.fragments.back().bytes == means->content &&
                  seen.fragments.back().last == (means->type == RecordType::data),
              "a message is received as it was sent");
    }
    if (broken_ && rig_.end().over()) {
      require(seen.closed->error == Error::protocol || seen.closed->error == Error::tampered, "the reason is reported");
    }
  }

  Side side_;
  Rig rig_;
  bool fresh_epoch_ = true;
  /// The session sends a close, or has.
  bool closes_ = false;
  /// Its reason.
  std::optional<std::uint8_t> their_close_;
  bool broken_ = false;
};

}  // namespace
}  // namespace pawl::test

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pawl::test;
  Input input(data, size);
  Peer peer(input.u8());
  for (int i = 0; i < kMostSteps && !input.empty(); ++i) peer.step(input);
  peer.finish();
  return 0;
}
